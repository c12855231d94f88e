import DaybookModel
import Testing

@testable import DaybookLog

@Suite struct `archives` {
    @Test func `what was archived and what was not read and verify as one, and unfinished jobs are carried on`() throws
    {
        try ArchivedStore.inTemporaryFolder { store throws in
            let jobs = try store.work(jobs: 900)
            let before = try store.wholeLog()
            let summary = try #require(try store.archive(before: 1_501))
            #expect(summary.carried > 0)
            #expect(try store.folder.storage.read { try $0.archivedThrough } == summary.record.last)
            #expect(try store.rows() < Int(before.count))
            // As one.
            #expect(try Array(store.wholeLog().prefix(before.count)) == before)
            #expect(store.verify().findings == [])
            #expect(store.verify().ledgers == .equalToRebuild)
            let full = store.verify(full: true)
            #expect(full.findings == [] && full.doubts == [])
            #expect(try full.start == 0 && full.archives == 1 && full.tally.events == store.last())
            // An unfinished job of the prefix still has what it was created with.
            let first = try #require(jobs.first)
            let created = try store.folder.storage.read { try $0.creation(of: first) }
            #expect(created?.value.arguments == Array("{\"n\":0}".utf8))
            try store.work(jobs: 50)
            #expect(store.verify().verdict == .good)
            let second = try #require(try store.archive(before: try store.last()))
            #expect(second.record.first == summary.record.last + 1)
            #expect(store.verify(full: true).verdict == .good)
        }
    }

    @Test func `jobs go on although the archives are gone`() throws {
        try ArchivedStore.inTemporaryFolder { store throws in
            let jobs = try store.work(jobs: 600)
            try store.archive(before: 1_001)
            try store.removeArchives()
            #expect(store.verify().verdict == .good)
            let claimed = try store.claim(slots: 1_000)
            #expect(claimed.contains { $0.job == jobs[0] })
            #expect(store.verify().verdict == .good)
            #expect(throws: LogError.self) { try store.wholeLog() }
            let full = store.verify(full: true)
            #expect(full.verdict == .damaged)
            #expect(full.findings.first?.sentence.contains("not in") == true)
        }
    }

    @Test func `a flipped bit, a missing archive in the middle and a foreign one are found`() throws {
        try ArchivedStore.inTemporaryFolder { store throws in
            try store.work(jobs: 1_500)
            for place in [1_001, 2_001, 3_001] as [SequenceNumber] { try store.archive(before: place) }
            #expect(store.verify(full: true).verdict == .good)
            let names = try store.archiveNames()
            #expect(names.count == 3)
            let middle = try store.bytes(of: names[1])
            for place in stride(from: 3, to: middle.count, by: middle.count / 23) {
                var flipped = middle
                flipped[place] ^= 1
                try store.write(flipped, to: names[1])
                #expect(store.verify(full: true).verdict == .damaged, "byte \(place)")
                #expect(store.verify().verdict == .good)
            }
            try store.write(try store.bytes(of: names[0]), to: names[1])
            #expect(store.verify(full: true).verdict == .damaged)
            try store.remove(names[1])
            #expect(store.verify(full: true).verdict == .damaged)
            #expect(try store.folder.archives().map(\.state) == [.there, .missing, .there])
            try store.write(middle, to: names[1])
            #expect(store.verify(full: true).verdict == .good)
        }
    }

    @Test func `stopped at any step it leaves a store that verifies, and the next attempt finishes`() throws {
        struct Stopped: Error {}
        for stop in 0..<11 {
            try ArchivedStore.inTemporaryFolder { store throws in
                let jobs = try store.work(jobs: 500)
                let before = try store.wholeLog()
                var steps = 0
                var wasStopped = false
                do {
                    _ = try store.folder.archive(before: .sequence(1_001), by: .person("ann"), now: { store.now }) {
                        _ in
                        steps += 1
                        if steps > stop { throw Stopped() }
                    }
                } catch {
                    wasStopped = true
                }
                #expect(store.verify().verdict == .good, "stopped at \(stop)")
                #expect(try Array(store.wholeLog().prefix(before.count)) == before, "stopped at \(stop)")
                _ = try? store.archive(before: 1_001)
                let states = try store.folder.archives().map(\.state)
                #expect(!states.isEmpty && states.allSatisfy { $0 == .there }, "stopped at \(stop)")
                #expect(store.verify(full: true).verdict == .good, "stopped at \(stop)")
                let first = try #require(jobs.first)
                #expect(try store.folder.storage.read { try $0.creation(of: first) } != nil)
                if !wasStopped { #expect(try store.rows() < Int(before.count)) }
            }
        }
    }

    @Test func `a replay to any event, before or behind the archives' end, gives what was recorded then`() throws {
        try ArchivedStore.inTemporaryFolder { store throws in
            try store.work(jobs: 400)
            let last = try store.last()
            var dumps: [SequenceNumber: String] = [:]
            for place in stride(from: 1, through: last, by: 97) {
                let replay = Replay(store.folder.storage)
                try replay.advance(to: .sequence(place))
                dumps[place] = try replay.dump.text()
            }
            try store.archive(before: 900)
            for (place, dump) in dumps {
                let replay = Replay(store.folder.storage)
                try replay.advance(to: .sequence(place))
                #expect(try replay.dump.text() == dump)
            }
            let result = try LedgerCheck(store.folder.storage).run()
            #expect(result.isEqual)
        }
    }

    @Test func `a backup of an archived store is whole, and so is what is restored or recovered of it`() throws {
        try ArchivedStore.inTemporaryFolder { store throws in
            try store.work(jobs: 500)
            try store.archive(before: 1_000)
            _ = try store.folder.backUp(to: store.path + "-backup")
            _ = try StoreFolder.restore(at: store.path + "-restored", from: store.path + "-backup", program: "test")
            for copy in ["-backup", "-restored"] {
                let folder = try StoreFolder.open(store.path + copy, .readOnly, program: "test")
                defer { folder.close() }
                var options = LogVerifier.Options()
                options.includesArchives = true
                let report = LogVerifier(folder.storage, options).verify()
                #expect(report.verdict == .good && report.archives == 1, "\(report.findings)")
            }
            let last = try store.last()
            store.folder.close()
            let recovered = try StoreFolder.recover(at: store.path + "-saved", from: store.path, program: "test")
            #expect(recovered.missing == 0)
            #expect(recovered.copy.last >= last)
        }
    }

    @Test func `an imported log is archived anew, whatever it tells of the archives of where it came from`() throws {
        try ArchivedStore.inTemporaryFolder { store throws in
            try store.work(jobs: 300)
            let first = try #require(try store.archive(before: 501)).record
            let log = try store.wholeLog()
            try store.withImportedCopy { imported throws in
                #expect(try imported.folder.storage.read { try $0.archivedThrough } == 0)
                #expect(try imported.wholeLog() == log)
                #expect(imported.verify(full: true).verdict == .good)
                let again = try #require(try imported.archive(before: first.last + 1)).record
                #expect(again.first == 1 && again.last == first.last && again.checkpoint > first.checkpoint)
                #expect(imported.verify(full: true).verdict == .good)
                try imported.archive(before: try imported.last())
                #expect(imported.verify(full: true).archives == 2)
                #expect(try imported.folder.archives().allSatisfy { $0.state == .there })
            }
        }
    }
}
