import Glibc
import JSONCoding

/// docs/protocol.md, read by the tests: its examples and its table of errors.
enum ProtocolPage {
    struct Example: Sendable, CustomStringConvertible {
        let line: Int
        let text: String
        var description: String { "line \(line): \(text.prefix(100))" }
    }

    static let text: String = {
        // Tests/CallProtocolTests/ProtocolPage.swift → docs/protocol.md
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        guard let file = fopen("\(root)/docs/protocol.md", "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }()

    /// The blocks of JSON, in order.
    static let examples: [Example] = {
        var examples: [Example] = []
        var block: (line: Int, lines: [Substring])?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line == "```json" {
                block = (index + 2, [])
            } else if line == "```", let done = block {
                examples.append(Example(line: done.line, text: done.lines.joined(separator: "\n")))
                block = nil
            } else {
                block?.lines.append(line)
            }
        }
        return examples
    }()

    static func examples(ofType type: String) -> [(example: Example, json: JSONValue)] {
        examples.compactMap { example in
            guard let json = try? JSONText.parse(example.text.utf8), json["type"] == .string(type) else { return nil }
            return (example, json)
        }
    }

    /// Code and name of each row of the table of errors.
    static let errors: [(code: Int, name: String)] = text.split(separator: "\n").compactMap { line in
        let cells = line.split(separator: "|").map { $0.trimmingSpaces() }
        guard cells.count == 3, let code = Int(cells[0]), code >= 1000 else { return nil }
        return (code, cells[1])
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
