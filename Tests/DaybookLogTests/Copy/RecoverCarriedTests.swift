import DaybookModel
import Foundation
import Testing

@testable import DaybookLMDB
@testable import DaybookLog

/// A store whose archives are gone, with jobs that the log carried on.
private struct CarriedWreck {
    let store: ArchivedStore
    var saved: String { store.path + "-saved" }

    static func with(_ body: (CarriedWreck) throws -> Void) throws {
        try ArchivedStore.inTemporaryFolder { try body(CarriedWreck(store: $0)) }
    }

    func archiveAll() throws { try store.archive(before: try store.last() + 1) }

    /// Of the data file nothing is left but the events.
    func destroyLedgers() throws {
        let data = store.path + "/data.mdb"
        let pages = try Scavenged(try DamagedDataFile(data)).pages
        let kept = Set(pages.filter(\.isReached).map { Int($0.page) })
        var bytes = try contents(data)
        for page in 0..<bytes.count / 4_096 where !kept.contains(page) {
            bytes.replaceSubrange(page * 4_096..<(page + 1) * 4_096, with: repeatElement(0xA5, count: 4_096))
        }
        try write(bytes, to: data)
    }

    /// The last event that is in the archives only.
    var lost: SequenceNumber { _lost.value }
    private let _lost = Lost()

    private final class Lost { var value: SequenceNumber = 0 }

    static let later = Instant.second(900_000)

    /// Jobs that are done, one that runs, and one that was rescheduled, all of it archived.
    func workInTheArchive() throws -> (done: [SequenceNumber], running: SequenceNumber, later: SequenceNumber) {
        let done = try store.work(jobs: 60, finishing: true)
        let running = try enqueue { ($0.key, $0.arguments) = ("running", Array("{\"n\":1}".utf8)) }
        try #require(try store.claim(slots: 1).map(\.job) == [running])
        let later = try enqueue()
        _ = try store.perform(
            .reschedule(job: later, until: CarriedWreck.later, expected: nil, reason: "", actor: .person("ann")))
        // The last of an archive's events stay in the log.
        for _ in 0..<600 { _ = try enqueue() }
        try archiveAll()
        return (done, running, later)
    }

    /// Without what was archived, and which pages of the file hold the ledgers is not told either, if so said.
    func recover(withLedgers: Bool) throws -> RecoverySummary {
        _lost.value = try store.folder.storage.read {
            HistoryTree.firstAtHand(archivedThrough: try $0.archivedThrough) - 1
        }
        store.folder.close()
        _ = try StoreFolder.compact(store.path, program: "test", options: .forTests)
        try? FileManager.default.removeItem(atPath: store.path + "/archive")
        if !withLedgers { try destroyLedgers() }
        let summary = try StoreFolder.recover(at: saved, from: store.path, program: "test", options: .forTests)
        let report = try Copied.verdict(saved)
        #expect(report.verdict == .good, "\(report.text)")
        return summary
    }

    func withSaved(_ body: (StoreFolder, LogWriter) throws -> Void) throws {
        let folder = try StoreFolder.opened(saved)
        defer { folder.close() }
        try body(folder, LogWriter(folder.storage))
        #expect(LogVerifier(folder.storage).verify().verdict == .good)
    }

    func enqueue(_ change: (inout Created) -> Void = { _ in }) throws -> SequenceNumber {
        var created = Created.example()
        change(&created)
        guard case .created(let job) = try store.perform(.enqueue(created)) else { throw LogError(.refused, "refused") }
        return job
    }
}

extension StoreFolder {
    fileprivate func state(_ job: SequenceNumber) throws -> JobState? { try record(job)?.state }
    fileprivate func record(_ job: SequenceNumber) throws -> JobRecord? {
        try storage.read { try Books.storedJob(job, in: $0) }
    }
}

@Suite struct `Recovering without the archives` {
    private static let due = Instant.second(900_000)

    private func delayed(_ number: Int) -> (inout Created) -> Void {
        { created in
            created.due = Self.due
            created.key = "key\(number)"
            created.requestID = "request\(number)"
            created.tenant = "acme"
        }
    }

    @Test(arguments: [true, false])
    func `jobs that nothing had happened to are there again, with all that they have`(withLedgers: Bool) throws {
        try CarriedWreck.with { wreck in
            let jobs = try (0..<300).map { try wreck.enqueue(delayed($0)) }
            try wreck.archiveAll()
            let summary = try wreck.recover(withLedgers: withLedgers)
            let recreated = jobs.filter { $0 <= wreck.lost }
            try #require(recreated.count > 200)
            #expect(summary.recreated == UInt64(recreated.count))
            #expect(summary.setAside == 0 && summary.lost.count == 0, "\(summary)")
            try wreck.withSaved { folder, writer throws in
                for job in jobs {
                    let record = try #require(try folder.record(job))
                    #expect(record.state == .scheduled && record.due == Self.due)
                    #expect(record.created > .second(1))
                }
                var again = Created.example()
                again.key = "key7"
                #expect(try writer.perform(.enqueue(again)).isDuplicate(of: jobs[7]))
                again.key = nil
                again.requestID = "request8"
                #expect(try writer.perform(.enqueue(again)).isDuplicate(of: jobs[8]))
                let tenant = try folder.storage.read { log in
                    try folder.record(jobs[9]).flatMap { try RetentionRules.tenant(of: jobs[9], $0, in: log) }
                }
                #expect(tenant == "acme")
                let created = try folder.storage.read { try $0.creation(of: jobs[9]) }
                #expect(created?.value.arguments == Created.example().arguments)
            }
        }
    }

    @Test func `where the old ledgers can be read jobs stand where they stood`() throws {
        try CarriedWreck.with { wreck in
            let (done, running, later) = try wreck.workInTheArchive()
            let summary = try wreck.recover(withLedgers: true)
            #expect(summary.setAside == 0 && summary.recreated > 0, "\(summary)")
            try wreck.withSaved { folder, _ throws in
                for job in done { #expect(try folder.state(job) == .succeeded) }
                #expect(try folder.state(running) == .enqueued)
                #expect(try folder.record(later)?.due == CarriedWreck.later)
            }
        }
    }

    @Test func `where nothing says what became of them they are set aside until a person says so`() throws {
        try CarriedWreck.with { wreck in
            let (done, running, later) = try wreck.workInTheArchive()
            let aside = done + [running, later]
            let summary = try wreck.recover(withLedgers: false)
            #expect(summary.setAside == UInt64(aside.count), "\(summary)")
            try wreck.withSaved { folder, writer throws in
                let found = try folder.storage.read { try SetAsideJobs(in: $0) }
                #expect(found.count == UInt64(aside.count) && found.first.first?.rawValue == aside.min())
                let words = try folder.storage.read {
                    try JobExplanation(of: running, in: $0) { throw LogError(.unusable, "not asked") }.sentence
                }
                #expect(words.contains("waits for a person"))
                // Nobody runs them, however long it takes.
                let started = ProcessStarted(processID: 1, host: "h", user: "u", program: "test", boot: "b")
                guard case .done(let process) = try writer.perform(.startProcess(Box(started))) else { return }
                let claim = Command.claim(Claim(process: process, queues: nil, slots: 1_000))
                let late = Instant.second(4_000_000_000)
                let claimed = try writer.turn(now: late) { turn in
                    _ = try turn.releaseDue(limit: 1_000)
                    return try turn.perform(claim)
                }
                guard case .claimed(let others) = claimed else { return }
                #expect(!others.contains { aside.contains($0.job) })
                var again = Created.example()
                again.key = "running"
                #expect(try writer.perform(.enqueue(again)).isDuplicate(of: running))
                // Until somebody lets them.
                _ = try writer.perform(.requeue(job: running, expected: nil, reason: "", actor: .person("ann")))
                try writer.turn(now: late) { turn in
                    guard case .claimed(let claimed) = try turn.perform(claim) else { return }
                    #expect(claimed.map(\.job) == [running])
                    #expect(try turn.created(running).value.arguments == Array("{\"n\":1}".utf8))
                }
            }
        }
    }

    @Test func `what happened behind the archive says where they stand, also without the old ledgers`() throws {
        try CarriedWreck.with { wreck in
            let done = try wreck.enqueue { ($0.key, $0.priority) = ("once", 9) }
            try wreck.store.work(jobs: 300)
            let running = try #require(try wreck.store.claim(slots: 1).first)
            let delayed = try wreck.enqueue { $0.priority = -200 }
            let later = try wreck.enqueue { $0.priority = -200 }
            let run = try #require(try wreck.store.claim(slots: 1).first)
            try wreck.store.work(jobs: 300, finishing: true)
            let place = try wreck.store.last()
            let success = Outcome.succeeded(Succeeded(ranMicroseconds: 5))
            _ = try wreck.store.perform(.finish(job: run.job, token: run.token, success, actor: .system))
            _ = try wreck.store.perform(
                .reschedule(
                    job: delayed, until: CarriedWreck.later, expected: nil, reason: "", actor: .person("ann")))
            // The key has gone to another one.
            let other = try wreck.enqueue { $0.key = "once" }
            try wreck.store.archive(before: place + 1)
            // Behind the event that carried it on.
            _ = try wreck.store.perform(.cancel(job: later, expected: nil, reason: "", actor: .person("ann")))
            _ = try wreck.recover(withLedgers: false)
            try #require([done, delayed, later, run.job].allSatisfy { $0 <= wreck.lost })
            try wreck.withSaved { folder, writer throws in
                #expect(try folder.state(run.job) == .succeeded)
                #expect(try folder.state(later) == .cancelled)
                #expect(try folder.record(delayed)?.due == CarriedWreck.later)
                #expect(try folder.record(running.job)?.isSetAside == true)
                #expect(try folder.record(done)?.isSetAside == true)
                var again = Created.example()
                again.key = "once"
                #expect(try writer.perform(.enqueue(again)).isDuplicate(of: other))
            }
        }
    }

    @Test func `each archive that is missing is named`() throws {
        try CarriedWreck.with { wreck in
            try wreck.store.work(jobs: 300, finishing: true)
            try wreck.store.archive(before: try wreck.store.last() + 1)
            try wreck.store.work(jobs: 300, finishing: true)
            try wreck.store.archive(before: try wreck.store.last() + 1)
            let names = try wreck.store.archiveNames()
            try #require(names.count == 2)
            let summary = try wreck.recover(withLedgers: true)
            #expect(summary.archives.filter { $0.kind == .missing }.map(\.name) == names)
        }
    }

    @Test func `jobs whose creation is lost for good are counted`() throws {
        try Wreck.with(turns: 60) { wreck in
            let count = UInt64(try zeroFirstEvents(wreck))
            let lost = try wreck.recover().lost
            #expect(lost.count > 0)
            #expect(lost.count <= count)
        }
    }

    /// Takes out the first page of events, and answers how many jobs are created there.
    private func zeroFirstEvents(_ wreck: Wreck) throws -> Int {
        let all = try wreck.eventPages()
        let first = try #require(all.first { $0.events.contains(3) })
        let bad = all.filter { $0.events.overlaps(first.events) }.map(\.page)
        try wreck.change { bytes in
            for page in bad {
                bytes.replaceSubrange(page * 4_096..<(page + 1) * 4_096, with: repeatElement(0, count: 4_096))
            }
        }
        let creations = wreck.log.indices.filter { wreck.log[$0][6] == EventKind.created.rawValue }
        return creations.filter { first.events.contains(UInt64($0) + 1) }.count
    }
}

extension Answer {
    fileprivate func isDuplicate(of job: SequenceNumber) -> Bool {
        if case .duplicate(let found, _) = self { found == job } else { false }
    }
}
