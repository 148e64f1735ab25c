/// Why a folder cannot serve as the softphone page.
struct SoftphonePageError: Error, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}
