import DaybookLMDB
import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

/// Releases that write stores in other forms than this one does.
private enum Release {
    static func options(_ versions: StoreVersions) -> StoreFolder.Options {
        StoreFolder.Options.forTests { options in
            options.versions = versions
            options.host?.now = { .second(10_000_000) }
        }
    }

    static let this = options(.current)
    static let next = options(StoreVersions(format: 1, ledgers: 2))
    static let later = options(StoreVersions(format: 2, ledgers: 3))
}

@Suite struct `Upgrading a store` {
    /// A closed store of this release, after so many turns of the workload.
    private func withWorkedStore(turns: Int = 40, _ body: (String) throws -> Void) throws {
        try withStore { path in
            let store = try StoreFolder.opened(path)
            var workload = ReplayWorkload(seed: 5, LogWriter(store.storage))
            try workload.run(turns: turns)
            store.close()
            try body(path)
        }
    }

    private func reading<R>(
        _ path: String, _ options: StoreFolder.Options = Release.this, _ body: (StoreFolder) throws -> R
    ) throws -> R {
        let store = try StoreFolder.opened(path, .readOnly, options: options)
        defer { store.close() }
        return try body(store)
    }

    private func dump(_ path: String, _ options: StoreFolder.Options = Release.this) throws -> [Substring] {
        // The first line names the head, which an upgrade moves on.
        try reading(path, options) { try $0.storage.liveDump().split(separator: "\n").dropFirst() + [] }
    }

    private func verify(_ path: String, _ options: StoreFolder.Options = Release.this) throws -> VerifyReport {
        try reading(path, options) { LogVerifier($0.storage).verify() }
    }

    private func last(_ path: String) throws -> SequenceNumber {
        try reading(path) { try $0.storage.read { try $0.last } }
    }

    @discardableResult
    private func upgrade(
        _ path: String, _ options: StoreFolder.Options = Release.next, _ control: CopyControl = CopyControl(),
        step: @escaping (Int) throws -> Void = { _ in }
    ) throws -> UpgradeSummary {
        try StoreFolder.upgrade(
            path, program: "test", by: .person("ann"), reason: "told to", options: options, control, step: step)
    }

    private func plan(_ path: String, _ options: StoreFolder.Options = Release.next) throws -> UpgradePlan {
        try StoreFolder.upgradePlan(path, program: "test", options: options)
    }

    private func refusal(_ path: String, _ options: StoreFolder.Options = Release.next) throws -> LogError {
        let error = #expect(throws: LogError.self) { try upgrade(path, options) }
        return try #require(error)
    }

    @Test func `an older one is read by its log alone, and is not written`() throws {
        try withWorkedStore { path throws in
            let before = try dump(path)
            let last = try last(path)
            expectRefusal(path, .unusable, "ledgers' version 1", "Run `daybook upgrade`", options: Release.next)
            try reading(path, Release.next) { store in
                #expect(try store.storage.read { try $0.last } == last)
                #expect(store.storage.ledgersProblem?.description.contains("daybook upgrade") == true)
                let problem = try #require(store.storage.ledgersProblem)
                #expect(throws: problem) { try store.storage.read { try Books.storedJob(2, in: $0) } }
                let replay = Replay(store.storage)
                try replay.advance(to: .end)
                #expect(try replay.dump.text(totals: false).split(separator: "\n").dropFirst() + [] == before)
            }
            let report = try verify(path, Release.next)
            #expect(report.verdict == .cannotTell, "\(report.text)")
            #expect(report.doubts.contains { $0.sentence.contains("not checked") })
            #expect(report.findings.isEmpty)
        }
    }

    @Test func `makes its ledgers anew, beside those in use, and says so in the log`() throws {
        try withWorkedStore { path throws in
            let before = try dump(path)
            let last = try last(path)
            let plan = try plan(path)
            #expect(plan.isNeeded && plan.missing.isEmpty && plan.last == last && plan.obstacle(path) == nil)
            let summary = try upgrade(path)
            #expect(summary.event == last + 1 && summary.rows >= before.count)
            #expect(summary.from == .current && summary.to == StoreVersions(format: 1, ledgers: 2))
            #expect(try dump(path, Release.next) == before)
            let report = try verify(path, Release.next)
            #expect(report.verdict == .good && report.ledgers == .equalToRebuild, "\(report.text)")
            let event = try reading(path) {
                try $0.storage.read { try $0.event(last + 1) { try Event($0, at: last + 1) } }
            }
            #expect(
                event?.body
                    == .rebuilt(
                        rows: summary.rows,
                        reason: "upgraded from format 1, ledgers 1 to format 1, ledgers 2: told to"))
            #expect(event?.actor == .person("ann"))
            #expect(try self.plan(path).hasRemains == false)
            // The older release keeps its hands off, and can still read the log.
            expectRefusal(path, .unusable, "newer release", options: Release.this)
            #expect(try refusal(path, Release.this).description.contains("newer release"))
            #expect(try self.last(path) == last + 1)
        }
    }

    @Test func `does nothing to a store that is as it should be`() throws {
        try withWorkedStore { path throws in
            let before = try contents("\(path)/data.mdb")
            #expect(try plan(path, Release.this).isNeeded == false)
            #expect(try upgrade(path, Release.this).event == nil)
            #expect(try contents("\(path)/data.mdb") == before)
        }
    }

    @Test func `may be done again and again, and copies of what it made are whole`() throws {
        try withWorkedStore { path throws in
            try upgrade(path)
            let store = try StoreFolder.opened(path, .readWrite(createIfMissing: false), options: Release.next)
            var workload = ReplayWorkload(seed: 6, LogWriter(store.storage))
            try workload.run(turns: 20)
            try withStorePath { copy in
                _ = try store.backUp(to: copy)
                let restored = try StoreFolder.opened(copy, .readOnly, options: Release.next)
                defer { restored.close() }
                #expect(LogVerifier(restored.storage).verify().verdict == .good)
            }
            store.close()
            let before = try dump(path, Release.next)
            _ = try StoreFolder.compact(path, program: "test", options: Release.next)
            #expect(try dump(path, Release.next) == before)
            try upgrade(path, Release.later)
            #expect(try dump(path, Release.later) == before)
            #expect(try verify(path, Release.later).ledgers == .equalToRebuild)
            try upgrade(path, StoreFolder.Options.forTests { $0.versions = StoreVersions(format: 2, ledgers: 4) })
        }
    }

    @Test func `stopped at any step leaves the store as it was, or upgraded, and can be done again`() throws {
        struct Killed: Error {}
        var stop = 0
        var wasStopped = true
        while wasStopped {
            try withWorkedStore(turns: 12) { path throws in
                let before = try dump(path)
                let last = try last(path)
                var steps = 0
                do {
                    try upgrade(path) { _ in
                        steps += 1
                        if steps > stop { throw Killed() }
                    }
                    wasStopped = false
                } catch {
                    #expect("\(error)".contains("Killed"))
                }
                let isUpgraded = try self.last(path) > last
                let options = isUpgraded ? Release.next : Release.this
                #expect(try dump(path, options) == before, "stopped at step \(stop)")
                #expect(try verify(path, options).verdict == .good)
                #expect(try upgrade(path).event == (isUpgraded ? nil : last + 1))
                #expect(try dump(path, Release.next) == before)
                #expect(try plan(path).hasRemains == false)
            }
            stop += 1
        }
        #expect(stop > 5)
    }

    @Test func `asked to stop leaves nothing behind`() throws {
        try withWorkedStore { path throws in
            #expect(throws: LogError.self) { try upgrade(path, Release.next, CopyControl(isStopped: { true })) }
            #expect(try plan(path).hasRemains == false)
            #expect(try verify(path).verdict == .good)
        }
    }

    @Test func `is refused while a process has it open, which it names`() throws {
        try withWorkedStore { path throws in
            let child = try ChildProcess("hold", path)
            try #require(child.line() == "ready")
            #expect(try plan(path).openedBy.map(\.facts?.processID) == [child.pid])
            let error = try refusal(path)
            #expect(error.code == .unusable)
            #expect(error.description.contains("holder, pid \(child.pid)"))
            child.endInput()
            #expect(child.wait() == 0)
            #expect(try upgrade(path).event != nil)
        }
    }

    @Test func `makes ledgers that the store never had`() throws {
        try withWorkedStore { path throws in
            let before = try dump(path)
            let lacking = ["retention", "archives", "base"]
            try rewrite(path, without: lacking)
            expectRefusal(path, .damaged, "lacks ledgers", "archives", "daybook upgrade", options: Release.this)
            #expect(try self.last(path) > 1)
            #expect(Set(try plan(path, Release.this).missing) == Set(lacking))
            #expect(try upgrade(path, Release.this).event != nil)
            #expect(try dump(path) == before)
            #expect(try verify(path).verdict == .good)
        }
    }

    /// Makes the store's file anew as a release would have left it that did not know some ledgers.
    private func rewrite(_ path: String, without lacking: [String]) throws {
        let names = LogDatabases.names.filter { !lacking.contains($0) }
        try withTemporaryFolder { folder in
            let source = try LMDBEnvironment(at: path, databases: names)
            let target = try LMDBEnvironment(at: folder, databases: names)
            let copy = StoreCopy(
                source: source, target: target, control: CopyControl(), pace: CopyPace(nil), flush: {})
            _ = try copy.run()
            source.close()
            target.close()
            try write(try contents("\(folder)/data.mdb"), to: "\(path)/data.mdb")
        }
    }

    @Test func `reads archives from event 1 on, and what they left behind is made anew too`() throws {
        try ArchivedStore.inTemporaryFolder { store throws in
            try store.work(jobs: 600)
            try store.archive(before: 1_001)
            let path = store.path
            store.folder.close()
            let before = try dump(path)
            try upgrade(path)
            #expect(try dump(path, Release.next) == before)
            let report = try reading(path, Release.next) { folder in
                var options = LogVerifier.Options()
                options.includesArchives = true
                return LogVerifier(folder.storage, options).verify()
            }
            #expect(report.verdict == .good && report.ledgers == .equalToRebuild, "\(report.text)")
            // From where the archives end, as well.
            #expect(try verify(path, Release.next).verdict == .good)
        }
    }

    @Test func `takes away the snapshots of the ledgers that are no more, and nobody else's files`() throws {
        try withWorkedStore { path throws in
            let middle = try last(path) / 2
            func past(_ options: StoreFolder.Options) throws -> (files: Int, dump: String, expected: String) {
                try reading(path, options) { store in
                    let shelf = try SnapshotShelf(
                        inFolder: path, identity: store.identity, limits: SnapshotStage.limits)
                    let files = shelf.size.files
                    let replays = (Replay(store.storage, snapshots: shelf), Replay(store.storage))
                    try replays.0.advance(to: .sequence(middle))
                    try replays.1.advance(to: .sequence(middle))
                    return (files, try replays.0.dump.text(), try replays.1.dump.text())
                }
            }
            #expect(try past(Release.this).files == 0)
            #expect(try past(Release.this).files > 0)
            try write([1], to: path + "/snapshots/notes.txt")
            try write([1], to: path + "/snapshots/" + SnapshotName(from: 0, to: 40).text + SnapshotName.unfinished)
            try upgrade(path)
            #expect(try Copied.names(path + "/snapshots") == ["notes.txt"])
            let found = try past(Release.next)
            #expect(found.dump == found.expected)
        }
    }

    @Test func `is refused where an archive is missing, and changes nothing`() throws {
        try ArchivedStore.inTemporaryFolder { store throws in
            try store.work(jobs: 600)
            try store.archive(before: 1_001)
            try store.removeArchives()
            let path = store.path
            store.folder.close()
            let before = try dump(path)
            #expect(try refusal(path).description.contains("archive"))
            #expect(try dump(path) == before)
            #expect(try plan(path).hasRemains == false)
        }
    }

    @Test func `is refused where the log has what this release does not know`() throws {
        try withWorkedStore { path throws in
            let store = try StoreFolder.opened(path)
            try LogWriter(store.storage).turn(now: .second(9_000_000)) { turn in
                _ = try turn.record(Event(time: .second(9_000_000), body: .unknown(kind: 250, version: 1)))
            }
            store.close()
            #expect(try refusal(path).description.contains("does not know"))
            #expect(try verify(path).verdict != .damaged)
        }
    }
}
