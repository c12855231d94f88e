import DaybookLog
import Foundation
import Testing

@Suite struct ZZTemporary {
    @Test func write() throws {
        for redacted in [false, true] {
            let storage = MemoryStorage()
            try ExportGoldenEvents.appended(to: storage)
            let lines = try storage.exportedLines(redacted: redacted)
            try (lines.joined(separator: "\n") + "\n").write(
                toFile: "/tmp/golden\(redacted ? "-redacted" : "").jsonl", atomically: true, encoding: .utf8)
        }
    }
}
