import DaybookLMDB
import DaybookModel
import Testing

@testable import DaybookLog

@Suite struct `A follower` {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `has in its rows, after every batch, what the log up to its cursor gives`(seed: UInt64) throws {
        try withStorePath { path in
            try FollowedStore.with(path) { store in
                var workload = ReplayWorkload(seed: seed, store.writer)
                try workload.run(turns: 60)
                let views = store.views()
                defer { views.close() }
                let run = try FollowerRun(Tally.self, views, batchEvents: 7)
                defer { run.end() }
                var batches = 0
                while try run.step() == .behind {
                    batches += 1
                    #expect(try views.tally() == store.tally(through: run.position))
                }
                #expect(batches > 3)
                #expect(try run.position == store.last)
                #expect(try views.tally() == store.tally())
            }
        }
    }

    @Test func `that was dropped between two batches goes on without posting anything twice`() throws {
        try withStorePath { path in
            try FollowedStore.with(path) { try $0.enqueue(40) }
            var position: SequenceNumber = 0
            for _ in 0..<3 {
                try FollowedStore.with(path) { store in
                    let views = store.views()
                    let run = try FollowerRun(Tally.self, views, batchEvents: 5)
                    #expect(try run.step() == .behind)
                    #expect(run.position > position)
                    position = run.position
                    // Neither is told to end: what a killed process leaves is all there is.
                    #expect(try views.tally() == store.tally(through: position))
                }
            }
            #expect(try FollowedStore.with(path) { try $0.last } > position)
            #expect(try !isKept(path))
        }
    }

    @Test func `whose code throws keeps rows and cursor of the batch before, and says why it stopped`() throws {
        try withStorePath { path in
            try FollowedStore.with(path) { store in
                let views = store.views()
                defer { views.close() }
                try store.enqueue(5)
                let before = try store.last
                let run = try FollowerRun(Choosy.self, views)
                #expect(try run.finish() == .caughtUp)
                try store.enqueue(1)
                try store.enqueue(1, .example("bad"))
                let failure = #expect(throws: FollowerFailure.self) { try run.finish() }
                run.note(try #require(failure))
                run.end()
                #expect(try views.read(Choosy.self) { $0.position } == before)
                let state = try #require(try views.states().first)
                #expect(state.position == before)
                #expect(state.eventsBehind == (try store.last) - before)
                #expect(state.owner == nil)
                #expect(state.failure?.contains("event \(try store.last)") == true, "\(state)")
            }
        }
    }

    @Test func `that was mended goes on where it stopped, and its failure is forgotten`() throws {
        try withStorePath { path in
            try FollowedStore.with(path) { store in
                let views = store.views()
                defer { views.close() }
                try store.enqueue(1, .example("bad"))
                let run = try FollowerRun(Choosy.self, views)
                let failure = #expect(throws: FollowerFailure.self) { try run.finish() }
                run.note(try #require(failure))
                run.end()
                let mended = try FollowerRun(MendedChoosy.self, views)
                #expect(try mended.finish() == .caughtUp)
                #expect(try views.states().map(\.failure) == [nil])
                mended.end()
            }
        }
    }

    @Test func `finds with what a job was created, at every event of its life`() throws {
        try withStorePath { path in
            try FollowedStore.with(path) { store in
                let views = store.views()
                defer { views.close() }
                let claim = Command.claim(Claim(process: 1, worker: 1, queues: nil, slots: 1))
                for (name, outcome) in [
                    ("mail", Outcome.succeeded(Succeeded(ranMicroseconds: 30))),
                    ("fax", .failed(Box(.init(errorType: "E", error: "", ranMicroseconds: 4, salt: 0, random: 0)))),
                ] {
                    try store.enqueue(1, .example(name))
                    guard case .claimed(let claimed) = try store.writer.perform(claim) else {
                        Issue.record("Nothing was claimed.")
                        return
                    }
                    let job = try #require(claimed.first)
                    try store.writer.perform(.finish(job: job.job, token: job.token, outcome, actor: .process(1)))
                }
                let run = try FollowerRun(RunTimes.self, views)
                #expect(try run.finish() == .caughtUp)
                let rows = try views.read(RunTimes.self) { view in
                    [try view[Packed("mail", true)], try view[Packed("fax", false)], try view[Packed("fax", true)]]
                }
                #expect(rows == [Packed(30), Packed(4), nil])
                run.end()
            }
        }
    }

    @Test func `finds no creation where a recovered log has a gap, and none beyond its batch`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        let gap = try writer.turn(now: .second(1)) { turn in
            try turn.record(Event(time: turn.now, body: .gap(Gap(note: "lost"))))
            return turn.last
        }
        try writer.perform(.enqueue())
        try storage.read { log in
            let lookup = CreationLookup(log)
            #expect(try lookup.creation(of: gap) == nil)
            #expect(try lookup.creation(of: 1_000) == nil)
            let found = try lookup.creation(of: gap + 1)
            #expect(found?.name == "mail")
            lookup.end()
            #expect(throws: LogError.self) { _ = try lookup.creation(of: gap + 1) }
        }
    }

    @Test func `stops at a damaged event instead of posting it`() throws {
        try withStorePath { path in
            try FollowedStore.with(path) { store in
                try store.enqueue(10)
                let log = VerifyStore(storage: store.folder.storage)
                var value = try log.value(3)
                value[value.count - 1] ^= 1
                try log.put(3, value)
                let views = store.views()
                defer { views.close() }
                let run = try FollowerRun(Tally.self, views)
                let error = #expect(throws: LogError.self) { try run.finish() }
                #expect(error?.code == .damaged)
                #expect(error?.sequence == 3)
                #expect(try views.tally() == [:])
                run.end()
            }
        }
    }

    @Test func `whose rows outgrow the map has the same rows`() throws {
        try withStorePath { path in
            try FollowedStore.with(path) { store in
                try store.enqueueTogether(200, .example(arguments: String(repeating: "7", count: 20_000)))
                let views = store.views(mapSizeBytes: 1 << 20)
                defer { views.close() }
                let run = try FollowerRun(Hoarder.self, views)
                #expect(try run.finish() == .caughtUp)
                let (rows, bytes) = try views.read(Hoarder.self) { view in
                    var (rows, bytes) = (0, 0)
                    try view.walk(Packed("job")) { _, value in
                        rows += 1
                        bytes += value.bytes.count
                        return true
                    }
                    return (rows, bytes)
                }
                #expect(rows == 200)
                #expect(bytes == 200 * 20_000)
                run.end()
            }
        }
    }

    @Test func `leaves the last of the disk to the log`() throws {
        try withStorePath { path in
            try FollowedStore.with(path) { store in
                let views = store.views()
                defer { views.close() }
                let run = try FollowerRun(Tally.self, views, diskFreeBytesMin: .max)
                let error = #expect(throws: LogError.self) { try run.step() }
                #expect(error?.code == .diskFull)
                #expect(try views.tally() == [:])
                run.end()
            }
        }
    }

    @Test(arguments: ["", "-x", "a/b", "..", String(repeating: "a", count: 129)])
    func `cannot have a name that is none`(name: String) {
        #expect(throws: LogError.self) { try ViewID(name: name, version: 1) }
    }
}

private struct Refused: Error {}

private struct Choosy: Follower {
    static let name = "choosy"
    static let version = 1

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        if event.kind == .created, try event.creation?.name == "bad" { throw Refused() }
        try rows.add(1, to: Packed("events"))
    }
}

private struct MendedChoosy: Follower {
    static let name = "choosy"
    static let version = 1

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        try rows.add(1, to: Packed("events"))
    }
}

private struct RunTimes: Follower {
    static let name = "run-times"
    static let version = 1

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        guard let run = event.run, let job = try event.creation else { return }
        try rows.add(run.microseconds, to: Packed(job.name, run.isSuccess))
    }
}

private struct Hoarder: Follower {
    static let name = "hoarder"
    static let version = 1

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        guard event.kind == .created, let job = event.job, let creation = try event.creation else { return }
        try rows.put(Packed("job", job), Packed(bytes: creation.arguments))
    }
}
