import FuzzEntries
import Glibc
import Testing

/// What fuzzing started from and what it found, through the parsers of this build (Tests/Fuzzing). A broken promise ends the process.
@Suite struct FuzzingReplayTests {
    /// An input and the parser that gets it.
    struct Case: Sendable, CustomStringConvertible {
        let entry: any FuzzEntry.Type
        let path: String
        var description: String { path }
    }

    private static let root =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/") + "/Fuzzing"

    static let cases: [Case] = FuzzEntries.all.flatMap { entry in
        ["Corpus", "Findings"].flatMap { folder in
            files("\(root)/\(folder)/\(entry.name)").map { Case(entry: entry, path: $0) }
        }
    }

    @Test("every input that fuzzing started from or found is survived", arguments: cases)
    func replay(input: Case) throws {
        input.entry.run(try Self.contents(input.path))
    }

    @Test("every entry has seeds")
    func seeds() {
        for entry in FuzzEntries.all { #expect(Self.cases.contains { $0.entry == entry }, "\(entry.name)") }
    }

    @Test("any prefix of a seed is survived, which is what a network loses first")
    func prefixes() throws {
        for input in Self.cases {
            let bytes = try Self.contents(input.path)
            // Every prefix of the short ones, a hundred of the long.
            for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 100)) { input.entry.run(Array(bytes[..<count])) }
        }
    }

    private static func files(_ folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append("\(folder)/\(name)") }
        }
        return names.sorted()
    }

    private static func contents(_ path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return bytes
    }
}
