import DaybookLog
import DaybookModel
import Foundation
import Testing

@testable import DaybookCommand

/// Places in the data file that no command and no rule would make so.
@Suite struct `A store with a bad page` {
    private func withJobs(_ count: Int, _ body: (Daybook) throws -> Void) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let lines = (0..<count).map { #"{"name":"n","key":"k\#($0)"}"# }.joined(separator: "\n")
            try daybook.run("enqueue", "--stdin", input: lines)
            try body(daybook)
        }
    }

    private func read<R>(_ daybook: Daybook, _ body: (any LogSnapshot) throws -> R) throws -> R {
        let folder = try StoreFolder.open(daybook.store, .readOnly, program: "test")
        defer { folder.close() }
        return try folder.storage.read(body)
    }

    private func change(_ daybook: Daybook, _ body: (inout Data) throws -> Void) throws {
        let file = URL(fileURLWithPath: "\(daybook.store)/data.mdb")
        var data = try Data(contentsOf: file)
        try body(&data)
        try data.write(to: file)
    }

    @Test func `of the tree of hashes is damaged, and its events are not`() throws {
        try withJobs(300) { daybook throws in
            let node = try read(daybook) { try $0.node(UInt8(HistoryTree.lowestStoredLevel), 0) }
            let hash = try #require(node).withBytes { Data($0) }
            try change(daybook) { data in
                var found = 0
                while let place = data.range(of: hash, in: found..<data.count) {
                    let page = place.lowerBound / 4096 * 4096
                    data.replaceSubrange(page..<page + 4096, with: Data(count: 4096))
                    found = place.upperBound
                }
                try #require(found > 0)
            }
            let verified = try daybook.run("log", "verify")
            #expect(verified.code == 1, "\(verified.output) \(verified.error)")
            #expect(verified.output.contains("history tree"), "\(verified.output)")
            #expect(!verified.output.contains("Event "), "\(verified.output)")
        }
    }

    /// One bit of a key: the log seems to end far behind its last event.
    @Test(arguments: ["log tail", "log audit", "log audit --job 2 --graph", "log verify"])
    func `with an event far behind the others ends what reads it`(_ command: String) throws {
        try withJobs(20) { daybook throws in
            let value = try read(daybook) { log in
                try #require(try log.event(log.last) { Data($0) })
            }
            try change(daybook) { data in
                var found = 0
                while let place = data.range(of: value, in: found..<data.count) {
                    data[place.lowerBound - 8] ^= 2
                    found = place.upperBound
                }
                try #require(found > 0)
            }
            let ended = try daybook.start(command.split(separator: " ").map(String.init)).finish()
            #expect(ended.code == 1, "\(ended.output) \(ended.error)")
        }
    }

    @Test func `is none of an event, which is answered as an export has it`() throws {
        try withJobs(0) { daybook throws in
            let arguments = "{\"who\":\"👨‍👩‍👧\u{2028}\"}"
            #expect(try daybook.run("enqueue", "mail", "--args", arguments).code == 0)
            let (last, value) = try read(daybook) { log in
                (try log.last, try #require(try log.event(log.last) { Array($0) }))
            }
            let number = withUnsafeBytes(of: last.bigEndian) { Array($0) }
            let hex = (number + value).map { String(format: "%02x", $0) }.joined()
            let decoded = try daybook.run("decode", "event", input: hex + "\n").output
            #expect(decoded.contains(arguments))
            let exported = try #require(try daybook.run("log", "export").lines.last)
            let beginning = try #require(decoded.split(separator: ",\"count\"").first)
            #expect(exported.hasPrefix(beginning), "\(decoded) \(exported)")
        }
    }
}
