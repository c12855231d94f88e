@testable import DaybookLMDB
import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

extension Wreck {
    func nameFormat(_ format: UInt32) throws {
        try changeMeta(path, "format", withUnsafeBytes(of: format.littleEndian, Array.init))
    }

    /// Expects that it is not recovered, and that nothing is made. Answers whether a person's word would change that.
    fileprivate func refusesFormat(_ words: String..., sourceLocation: SourceLocation = #_sourceLocation) -> Bool {
        let error = #expect(throws: LogError.self, sourceLocation: sourceLocation) { try recover() }
        #expect(error?.code == .unusable, sourceLocation: sourceLocation)
        for word in words + ["this release writes 1. Use the newer release"] {
            #expect(
                error?.description.contains(word) == true, "\(String(describing: error))",
                sourceLocation: sourceLocation)
        }
        #expect(!exists(saved), sourceLocation: sourceLocation)
        return error?.description.contains("--despite-format") == true
    }

    /// Expects that it is recovered at a person's word, and that this is said.
    fileprivate func isRecovered(
        despiteFormat format: UInt32, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let summary = try recover(despiteFormat: true)
        let passedOver = PassedOverFormat(named: format, isProven: false)
        #expect(summary.passedOverFormat == passedOver, sourceLocation: sourceLocation)
        #expect(try Copied.verdict(saved).verdict != .damaged, sourceLocation: sourceLocation)
    }
}

@Suite struct `Recovering a store that names a newer format` {
    @Test(arguments: 0..<32 as Range<UInt32>)
    func `is done whichever bit of the name has flipped, as the log says otherwise`(bit: UInt32) throws {
        try Wreck.with(turns: 8) { wreck in
            let flipped = StoreVersions.current.format ^ 1 << bit
            try wreck.nameFormat(flipped)
            let summary = try wreck.recover()
            #expect(try wreck.gaps(summary).isEmpty)
            let isNewer = flipped > StoreVersions.current.format
            #expect(summary.passedOverFormat == (isNewer ? PassedOverFormat(named: flipped, isProven: true) : nil))
            try StoreFolder.opened(wreck.saved).close()
        }
    }

    @Test func `is refused where an upgrade made it so, whatever a person says`() throws {
        try Wreck.with(turns: 8) { wreck in
            let options = StoreFolder.Options.forTests { $0.versions.format = 2 }
            let event = try StoreFolder.upgrade(
                wreck.path, program: "test", by: .person("ann"), reason: "to format 1, ledgers 1", options: options
            ).event
            #expect(!wreck.refusesFormat("has format 2", "Event \(try #require(event)) says so, too."))
            #expect(throws: LogError.self) { try wreck.recover(despiteFormat: true) }
            // Whoever knows that format finds nothing to wonder at.
            let summary = try StoreFolder.recover(
                at: wreck.saved, from: wreck.path, program: "test", options: options)
            #expect(summary.passedOverFormat == nil)
        }
    }

    @Test func `is refused where the log began so, whatever a person says`() throws {
        try Wreck.with(turns: 8) { wreck in
            let old = wreck.log[0]
            let identity = try #require(old.withUnsafeBytes { try? Event($0, at: 1) }?.identity)
            let place = try #require(old.firstRange(of: identity + [8, 1]))
            var new = old
            new[place.upperBound - 1] = 2
            let checksum = new.withUnsafeBytes { EventChecksum.of($0, at: 1) }
            new.replaceSubrange(0..<4, with: withUnsafeBytes(of: checksum.littleEndian, Array.init))
            try wreck.nameFormat(2)
            try wreck.change { bytes in
                while let place = bytes.firstRange(of: old) { bytes.replaceSubrange(place, with: new) }
            }
            #expect(!wreck.refusesFormat("has format 2", "Event 1 says so, too."))
            #expect(throws: LogError.self) { try wreck.recover(despiteFormat: true) }
        }
    }

    @Test func `takes a person's word where the log has what this release does not know`() throws {
        try Wreck.with(turns: 8) { wreck in
            let store = try StoreFolder.opened(wreck.path)
            try LogWriter(store.storage).turn(now: .second(9_000_000)) { turn in
                _ = try turn.record(Event(time: .second(9_000_000), body: .unknown(kind: 250, version: 1)))
            }
            store.close()
            try wreck.nameFormat(3)
            #expect(wreck.refusesFormat("has format 3", "does not know"))
            try wreck.isRecovered(despiteFormat: 3)
        }
    }

    @Test func `takes a person's word where the ledgers are named newer, too`() throws {
        try Wreck.with(turns: 8) { wreck in
            try changeMeta(wreck.path, "ledgers", [2, 0, 0, 0])
            #expect(try wreck.recover().passedOverFormat == nil)
            try wreck.nameFormat(2)
            #expect(wreck.refusesFormat("has format 2", "ledgers' version"))
            try wreck.isRecovered(despiteFormat: 2)
        }
    }

    @Test func `takes a person's word where events are missing`() throws {
        try Wreck.with(turns: 60) { wreck in
            try wreck.nameFormat(5)
            let middle = UInt64(wreck.log.count / 2)
            let pages = try Scavenged(try DamagedDataFile(wreck.data)).pages
            try wreck.change { bytes in
                for page in pages where page.first...page.last ~= middle {
                    let start = Int(page.page) * 4_096
                    bytes.replaceSubrange(start..<start + 4_096, with: repeatElement(0, count: 4_096))
                }
            }
            #expect(wreck.refusesFormat("has format 5", "Events are missing"))
            try wreck.isRecovered(despiteFormat: 5)
        }
    }

    @Test(arguments: [0, 1]) func `takes a person's word where nothing says how many events there are`(page: Int) throws
    {
        try Wreck.with(turns: 8) { wreck in
            // Both meta pages lead to the row.
            for _ in 0..<2 { try wreck.nameFormat(2) }
            try wreck.change { bytes in
                bytes.replaceSubrange(page * 4_096..<(page + 1) * 4_096, with: repeatElement(0, count: 4_096))
            }
            #expect(wreck.refusesFormat("has format 2", "Events are missing"))
            try wreck.isRecovered(despiteFormat: 2)
        }
    }

    @Test func `asks the archives, too`() throws {
        try ArchivedStore.inTemporaryFolder { store throws in
            try store.work(jobs: 600)
            try store.archive(before: 1_001)
            store.folder.close()
            // Pages that are not used any more hold what was archived.
            _ = try StoreFolder.compact(store.path, program: "test", options: .forTests)
            let wreck = Wreck(path: store.path, log: [])
            try wreck.nameFormat(17)
            #expect(try wreck.recover().passedOverFormat == PassedOverFormat(named: 17, isProven: true))
            try FileManager.default.removeItem(atPath: wreck.saved)
            try store.removeArchives()
            #expect(wreck.refusesFormat("has format 17", "Events are missing"))
        }
    }
}
