import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

@Suite struct `Copies of an archived store` {
    /// Calls `body` once for each way in which an archive can be wrong, with a word of the sentence about it.
    private func withBadArchive(_ body: (ArchivedStore, String) throws -> Void) throws {
        for word in ["missing", "digest", "cut off"] {
            try ArchivedStore.inTemporaryFolder { store throws in
                try store.work(jobs: 500)
                for place in [501, 1_001] as [SequenceNumber] { try store.archive(before: place) }
                let name = try store.archiveNames()[0]
                var bytes = try store.bytes(of: name)
                switch word {
                case "missing": try store.remove(name)
                case "digest":
                    // A bit that nothing but the digest notices.
                    bytes[21] ^= 1
                    try store.write(bytes, to: name)
                default: try store.write(Array(bytes.dropLast(100)), to: name)
                }
                try body(store, word == "missing" ? "not in" : word)
            }
        }
    }

    @Test func `a backup wants every archive whole, or to be told that it may do without`() throws {
        try withBadArchive { store, word in
            let error = #expect(throws: LogError.self) { try store.folder.backUp(to: store.path + "-backup") }
            #expect(error?.code == .unusable && error?.description.contains(word) == true, "\(word): \(error as Any)")
            #expect(!exists(store.path + "-backup") && !exists(store.path + "-backup.unfinished"))
            let summary = try store.folder.backUp(to: store.path + "-backup", mayLackArchives: true)
            #expect(summary.archivesLeftOut.count == 1 && summary.archivesLeftOut.first?.contains(word) == true)
            #expect(try Copied.names(store.path + "-backup/archive") == [try #require(store.archiveNames().last)])
        }
    }

    @Test func `a restored store has every archive of its backup, or is told that it may do without`() throws {
        try withBadArchive { store, word in
            let target = store.path + "-restored"
            store.folder.close()
            let error = #expect(throws: LogError.self) {
                try StoreFolder.restore(at: target, from: store.path, program: "test", options: .forTests)
            }
            #expect(error?.code == .unusable && error?.description.contains(word) == true, "\(word): \(error as Any)")
            #expect(!exists(target))
            let summary = try StoreFolder.restore(
                at: target, from: store.path, mayLackArchives: true, program: "test")
            #expect(summary.copy.archivesLeftOut.count == 1 && summary.leftOut != nil)
            #expect(try Copied.names(target + "/archive").count == 1)
            #expect(try Copied.verdict(target).verdict == .good)
        }
    }

    @Test func `what stops a restore takes the archives away again, and one that was killed is gone over`() throws {
        try ArchivedStore.inTemporaryFolder { store throws in
            try store.work(jobs: 300)
            for place in [301, 601] as [SequenceNumber] { try store.archive(before: place) }
            store.folder.close()
            let target = store.path + "-restored"
            for step in 1..<200 {
                let stopped = try? StoreFolder.restore(
                    at: target, from: store.path, program: "test", options: .forTests, Copied.stopping(at: step))
                if stopped != nil { break }
                #expect(!exists(target), "step \(step)")
            }
            // As a killed one leaves it.
            try? FileManager.default.removeItem(atPath: target)
            try FileManager.default.createDirectory(
                atPath: target + "/import/archive", withIntermediateDirectories: true)
            try write([1, 2, 3], to: target + "/import/archive/" + (try store.archiveNames()[0]))
            _ = try StoreFolder.restore(at: target, from: store.path, program: "test", options: .forTests)
            #expect(try Copied.names(target + "/archive") == store.archiveNames())
            #expect(!exists(target + "/import"))
        }
    }

    @Test func `tell how many jobs the ledgers hold, wherever their creation lies`() throws {
        try ArchivedStore.inTemporaryFolder { store throws in
            try store.work(jobs: 400)
            try store.archive(before: try store.last())
            #expect(store.verify().jobCount == 400)
            #expect(store.verify(full: true).jobCount == 400)
            #expect(try store.folder.backUp(to: store.path + "-backup").jobs == 400)
            try store.retire(afterDays: 30)
            let left = store.verify().jobCount
            #expect(left > 0 && left < 400)
            #expect(try store.folder.backUp(to: store.path + "-backup2").jobs == left)
        }
    }

    @Test func `an archiving that is stopped takes its file away`() throws {
        try ArchivedStore.inTemporaryFolder { store throws in
            try store.work(jobs: 400)
            let before = try store.wholeLog()
            for limit in 1...4 {
                let steps = Copied.Counted()
                let control = CopyControl(isStopped: { steps.value >= limit })
                let error = #expect(throws: LogError.self) {
                    try store.folder.archive(
                        before: .sequence(900), by: .person("ann"), now: { store.now }, control,
                        step: { _ in steps.count() })
                }
                #expect(error?.code == .stopped && error?.description.contains("nothing was archived") == true)
                #expect(try store.archiveNames() == [])
            }
            #expect(try Array(store.wholeLog().prefix(before.count)) == before)
            #expect(store.verify(full: true).verdict == .good)
        }
    }
}
