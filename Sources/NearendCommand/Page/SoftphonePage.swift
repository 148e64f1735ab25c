import Glibc

/// The files of the softphone page, by path (`/index.html`).
struct SoftphonePage: Sendable {
    struct File: Sendable {
        let contentType: String
        let bytes: [UInt8]
    }

    let files: [String: File]

    /// The page that is built into the program, so that the program stands alone.
    static let builtIn = SoftphonePage(files: [
        "/index.html": File(contentType: contentTypes["html", default: ""], bytes: PackageResources.index_html),
        "/softphone.css": File(contentType: contentTypes["css", default: ""], bytes: PackageResources.softphone_css),
        "/softphone.js": File(contentType: contentTypes["js", default: ""], bytes: PackageResources.softphone_js),
    ])

    private static let contentTypes = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml", "png": "image/png", "wav": "audio/wav",
    ]

    /// Longer files are not part of a page.
    private static let longestFile = 16 * 1024 * 1024

    init(files: [String: File]) {
        self.files = files
    }

    /// Reads the files of a folder, without its subfolders; those of a kind no page has are left out.
    ///
    /// - Throws: `SoftphonePageError` when the folder cannot be read or has no `index.html`.
    init(folder: String) throws(SoftphonePageError) {
        guard let listing = opendir(folder) else { throw SoftphonePageError(reason: "The folder “\(folder)” cannot be read.") }
        defer { closedir(listing) }
        var files: [String: File] = [:]
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) { String(cString: $0) }
            }
            guard let dot = name.lastIndex(of: "."), let contentType = Self.contentTypes[String(name[name.index(after: dot)...])] else {
                continue
            }
            guard let bytes = Self.read("\(folder)/\(name)") else { continue }
            files["/\(name)"] = File(contentType: contentType, bytes: bytes)
        }
        guard files["/index.html"] != nil else { throw SoftphonePageError(reason: "The folder “\(folder)” has no index.html.") }
        self.files = files
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65536)
        while bytes.count <= longestFile {
            let count = fread(&part, 1, part.count, file)
            if count == 0 { return ferror(file) == 0 ? bytes : nil }
            bytes += part[..<count]
        }
        return nil
    }
}
