import Glibc

/// An authority and what it has signed, as files: made by the openssl command, as an administrator makes them.
struct CertificateFiles {
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    let folder: String

    init() throws {
        var template = Array("/tmp/nearend-certificates.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Problem(description: "no folder") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem")
    }

    /// A certificate that bears `name`.
    func sign(_ name: String) throws {
        try run(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=\(name) -addext subjectAltName=DNS:\(name) "
                + "-addext basicConstraints=critical,CA:FALSE -CA ca.pem -CAkey ca.key -keyout \(name).key -out \(name).pem")
    }

    func path(_ file: String) -> String { "\(folder)/\(file)" }

    func remove() {
        guard let listing = opendir(folder) else { return }
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            unlink("\(folder)/\(name)")
        }
        closedir(listing)
        rmdir(folder)
    }

    private func run(_ words: String) throws {
        guard let output = popen("cd \(folder) && openssl \(words) 2>&1", "r") else { throw Problem(description: "openssl cannot be run") }
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1024)
        while case let count = fread(&chunk, 1, chunk.count, output), count > 0 { text += chunk[..<count] }
        guard pclose(output) == 0 else { throw Problem(description: String(decoding: text, as: UTF8.self)) }
    }
}
