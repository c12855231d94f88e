import DaybookLog
import DaybookModel
import Foundation
import Testing

@Suite("The form of an export's lines")
struct ExportGoldenTests {
    private func lines(redacted: Bool) throws -> [String] {
        let storage = MemoryStorage()
        try ExportGoldenEvents.appended(to: storage)
        return try storage.exportedLines(redacted: redacted)
    }

    /// Lines are only ever added. Where some are missing, what would have to stand there is left in a file.
    private func expectOnlyAdded(_ lines: [String], to golden: [String], _ name: String) throws {
        for (line, golden) in zip(lines, golden) { #expect(line == golden) }
        guard lines.count != golden.count else { return }
        let file = FileManager.default.temporaryDirectory.appending(path: name)
        try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
        Issue.record("\(golden.count) lines of \(lines.count); all of them are in \(file.path)")
    }

    @Test func `is for ever what it is, for every kind and field`() throws {
        let golden = try Golden.lines("golden.jsonl")
        let lines = try lines(redacted: false)
        try expectOnlyAdded(lines, to: golden, "golden.jsonl")
        for kind in EventKind.allCases {
            #expect(golden.contains { $0.contains("\"kind\":\"\(kind.name)\"") }, "\(kind) has no line")
        }
        for field in Field.allCases {
            #expect(golden.contains { $0.contains("\"\(field.name)\":") }, "\(field) is in no line")
        }
    }

    @Test func `withholds payloads where that is asked for, and nothing else`() throws {
        let golden = try Golden.lines("golden-redacted.jsonl")
        let lines = try lines(redacted: true)
        try expectOnlyAdded(lines, to: golden, "golden-redacted.jsonl")
        for (line, full) in zip(lines, try Golden.lines("golden.jsonl")) where !full.contains("\"salt\"") {
            #expect(line == full)
        }
        for withheld in ["ann@example.org", "trace=1", "too", "salt", "\"lines\""] {
            #expect(!lines.contains { $0.contains(withheld) })
        }
    }

    @Test func `is the form that tables in the documentation give`() throws {
        let document = try String(contentsOf: Golden.checkout.appending(path: "Docs/FileFormat.md"), encoding: .utf8)
        let wanted =
            EventKind.allCases.map { "\n| \($0.rawValue) | `\($0.name)` |\n" }
            + Field.allCases.map {
                "\n| \($0.rawValue) | `\($0.name)` | "
                    + "\($0.form.documented)\($0.isList ? ", list" : "") |\n"
            }
        #expect(wanted.filter { !document.contains($0) } == [])
        // A row that names something is `| number | `name` | …`; there is none for what the code does not know.
        let named = document.split(separator: "\n").filter {
            $0.firstMatch(of: #/^\| \d+ \| `[A-Za-z]+` \|( \d \||$)/#) != nil
        }
        #expect(named.count == wanted.count)
    }

    @Test func `gives no field a name that a line has for something else`() {
        let taken = [
            "seq", "time", "kind", "version", "job", "previous", "cause", "attempt", "token", "actor", "process",
            "worker", "recurring", "rawFacts", "salt", "rawPayload", "payload", "payloadBytes", "commit", "hash",
            "count", "ledgers", "head",
        ]
        for field in Field.allCases {
            #expect(!taken.contains(field.name))
            #expect(!field.name.hasSuffix("64") && !field.name.hasPrefix("field"))
            #expect(field.rawValue < 256)
        }
    }
}

extension Field.Form {
    /// The two columns of the document's table.
    fileprivate var documented: String {
        switch self {
        case .number: "0 | number"
        case .flag: "0 | `true`; 1 in the log, left out if it is not set"
        case .signed: "2 | number"
        case .instant: "2 | time"
        case .text: "1 | text"
        case .hex: "1 | hex digits"
        case .json: "1 | the JSON itself"
        }
    }
}

/// Lines that every release must write and read. The reader in `Tests/Reader` checks them too.
enum Golden {
    static func lines(_ name: String) throws -> [String] {
        try Array(Data(contentsOf: checkout.appending(path: "Tests/Reader/\(name)"))).lines
    }

    static var checkout: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    }
}
