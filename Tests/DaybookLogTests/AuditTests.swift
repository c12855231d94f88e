import DaybookLog
import DaybookModel
import Testing

@Suite struct `An audit` {
    private func entries(_ storage: any LogStorage, _ filter: AuditFilter) throws -> [AuditEntry] {
        var found: [AuditEntry] = []
        try AuditTrail(storage, filter).forEach { entry in
            found.append(entry)
            return true
        }
        return found
    }

    private func allEvents(_ storage: any LogStorage) throws -> [LoggedEvent] {
        try storage.read { log in
            var events: [LoggedEvent] = []
            try log.events(from: 1) { sequence, value in
                events.append(LoggedEvent(try Event(value, at: sequence), at: sequence))
                return true
            }
            return events
        }
    }

    private func creation(_ job: SequenceNumber, _ events: [LoggedEvent]) -> Created? {
        guard job > 0, case .created(let box) = events[Int(job) - 1].event.body else { return nil }
        return box.value
    }

    @Test(arguments: [31, 32] as [UInt64])
    func `finds what a look at every event finds`(seed: UInt64) throws {
        try VerifyStore.with(seed: seed, turns: 120) { store in
            let all = try allEvents(store.storage)
            let process = try #require(all.first { $0.kind == .processStarted && $0.sequence > 2 }).sequence
            let (one, other) = (all[all.count / 3].time, all[all.count / 2].time)
            let (from, to) = (min(one, other), max(one, other))
            let kinds: Set<EventKind> = [.cancelled, .queuePaused]
            var wanted: [(AuditFilter, [SequenceNumber])] = []
            wanted.append((AuditFilter(), all.map(\.sequence)))
            let byAnn = all.filter { $0.actor.person == "ann" }.map(\.sequence)
            wanted.append((AuditFilter(actor: "ann"), byAnn))
            wanted.append((AuditFilter(actor: "person:ann"), byAnn))
            let byProcess = all.filter { $0.actor.process == process && $0.actor.person == nil }
            wanted.append((AuditFilter(actor: "process:\(process)"), byProcess.map(\.sequence)))
            let ofKinds = all.filter { event in event.kind.map(kinds.contains) ?? false }
            wanted.append((AuditFilter(kinds: kinds), ofKinds.map(\.sequence)))
            let within = all.filter { $0.time >= from && $0.time <= to }
            wanted.append((AuditFilter(since: from, until: to), within.map(\.sequence)))
            let ofQueue = all.filter { queue(of: $0, all) == "mail" }
            wanted.append((AuditFilter(queue: "mail"), ofQueue.map(\.sequence)))
            for (filter, sequences) in wanted {
                let found = try entries(store.storage, filter).map(\.event.sequence)
                #expect(found == sequences, "seed \(seed), \(filter)")
                #expect(!found.isEmpty, "seed \(seed), \(filter)")
            }
        }
    }

    private func queue(of event: LoggedEvent, _ events: [LoggedEvent]) -> String? {
        switch event.event.body {
        case .queuePaused(let queue, _), .queueResumed(let queue, _): queue
        case .recurringSet(let set): set.value.job.queue
        case .recurringPaused(let step), .recurringResumed(let step), .recurringRemoved(let step), .fired(let step),
            .skipped(let step), .replanned(let step), .postponed(let step):
            queue(of: events[Int(step.value.definition) - 1], events)
        case .queueLimited(let limited):
            limited.value.scope.hasPrefix("queue:") ? String(limited.value.scope.dropFirst(6)) : nil
        default: creation(event.event.job, events)?.queue
        }
    }

    @Test func `of a tenant has what was decided about it, and not only its jobs`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        let ann = Actor.person("ann")
        for tenant in ["acme", "other"] {
            var created = Created.example()
            created.tenant = tenant
            var set = RecurringSet(id: "nightly.\(tenant)", job: created)
            set.schedule = "0 3 * * *"
            let commands: [Command] = [
                .limit(.key("tenant:\(tenant)"), .concurrency(2), reason: "", actor: ann),
                .retention(Box(.keep(.tenant(tenant, .failed), 7, reason: "", actor: ann))),
                .retention(Box(.hold(.tenant(tenant), reason: "", actor: ann))),
                .retention(Box(.release(.tenant(tenant), reason: "", actor: ann))),
            ]
            guard case .created(let job) = try writer.perform(.enqueue(created)) else { continue }
            for command in commands { try writer.perform(command) }
            try writer.perform(.retention(Box(.hold(.job(JobID(rawValue: job)), reason: "", actor: ann))))
            try writer.turn(now: .second(1)) { turn in
                func record(_ body: EventBody) throws -> SequenceNumber {
                    try turn.record(Event(time: .second(1), actor: ann, body: body))
                }
                let definition = try record(.recurringSet(Box(set)))
                _ = try record(.recurringPaused(Box(RecurringStep(definition: definition, earlier: definition))))
                _ = try record(.keysChanged(Box(KeysChanged(.rotated, tenant: tenant))))
                _ = try record(.erased(Box(Erased(tenant: tenant, howMany: 1, reason: "", isAfterwards: true))))
            }
        }
        try writer.perform(.pauseQueue(Name.queuesToCome, reason: "", actor: ann))
        let found = try entries(storage, AuditFilter(tenant: "acme"))
        #expect(
            found.compactMap(\.event.kind) == [
                .created, .queueLimited, .retentionSet, .held, .released, .held, .recurringSet, .recurringPaused,
                .keysChanged, .erased,
            ])
        #expect(try entries(storage, AuditFilter(kinds: [.queuePaused], queue: "any")).count == 1)
    }

    @Test func `of one job touches no other event`() throws {
        try VerifyStore.with(seed: 33, turns: 80) { store in
            let all = try allEvents(store.storage)
            let busy = try #require(
                try store.storage.read { log in
                    try all.filter { try $0.kind == .created && Books.storedJob($0.sequence, in: log) != nil }
                        .max { one, other in count(one.sequence, all) < count(other.sequence, all) }
                }?.sequence)
            let own = all.filter { $0.event.job == busy }.map(\.sequence)
            #expect(own.count > 3)
            // Who reads any other event fails.
            for event in all where event.event.job != busy && event.kind != .processStarted {
                try store.put(event.sequence, [1, 2, 3])
            }
            let found = try entries(store.storage, AuditFilter(job: JobID(rawValue: busy)))
            #expect(found.map(\.event.sequence) == own)
            #expect(throws: (any Error).self) { try entries(store.storage, AuditFilter(queue: "mail")) }
        }
    }

    private func count(_ job: SequenceNumber, _ events: [LoggedEvent]) -> Int {
        events.count { $0.event.job == job }
    }

    @Test func `tells what deleted jobs have lived through, and that a number is no job's`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        let answer = try writer.turn(now: .second(1)) { try $0.perform(.enqueue(.example())) }
        guard case .created(let job) = answer else { throw Unexpected() }
        try writer.turn(now: .second(2)) { turn in
            _ = try turn.perform(.cancel(job: job, expected: nil, reason: "no", actor: .person("ann")))
            _ = try turn.perform(.enqueue(.example()))
            _ = try turn.perform(.delete(job: job, reason: "", actor: .person("ann")))
            _ = try turn.perform(.enqueue(.example()))
        }
        let found = try entries(storage, AuditFilter(job: JobID(rawValue: job)))
        #expect(found.map { $0.event.kind } == [.created, .cancelled, .purged])
        #expect(throws: LogError(.notFound, "There is no job 1; `daybook jobs list` shows those that there are.")) {
            try entries(storage, AuditFilter(job: JobID(rawValue: 1)))
        }
    }

    private struct Unexpected: Error {}

    @Test func `says what the program saw, whatever name was claimed`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        let started = ProcessStarted(processID: 7, host: "vm", user: "svc", program: "shop 3", boot: "00")
        try writer.turn(now: .second(1)) { turn in
            guard case .done(let process) = try turn.perform(.startProcess(Box(started))) else { throw Unexpected() }
            let claimed = Actor.person("ann", client: "bob@desk daybook 1.2")
            _ = try turn.perform(.pauseQueue("a", reason: "r", actor: claimed))
            _ = try turn.perform(.pauseQueue("b", reason: "r", actor: Actor(process: process, person: "carl")))
            _ = try turn.perform(.pauseQueue("c", reason: "r", actor: .person("dora", client: "nothing like it")))
        }
        let found = try entries(storage, AuditFilter(kinds: [.queuePaused]))
        #expect(found.map(\.event.actor.person) == ["ann", "carl", "dora"])
        let witnesses = found.compactMap(\.witness)
        #expect(witnesses.map(\.user) == ["bob", "svc", ""])
        #expect(witnesses.map(\.host) == ["desk", "vm", ""])
        #expect(witnesses.map(\.program) == ["daybook 1.2", "shop 3", "nothing like it"])
        #expect(witnesses[1].processID == 7)
        #expect(try entries(storage, AuditFilter(user: "bob")).map(\.event.actor.person) == ["ann"])
        #expect(try entries(storage, AuditFilter(actor: "bob")).isEmpty)
        let report = LogVerifier(storage).verify()
        #expect(report.verdict == .good, "\(report.text)")
    }

    @Test func `knows who stood behind a job that somebody made by hand`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        var created = Created(name: "n", queue: "q", attempts: 1, salt: 1, arguments: [])
        created.actor = .person("ann", client: "bob@desk daybook 1.2")
        try writer.turn(now: .second(1)) { _ = try $0.perform(.enqueue(Box(created), onConflict: .existing)) }
        #expect(try entries(storage, AuditFilter(kinds: [.created])).map(\.witness?.user) == ["bob"])
    }
}

@Suite struct `The causes and effects of a job` {
    @Test func `reach from what led to it to all that came of it`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        func enqueue(_ turn: inout Turn, after: SequenceNumber? = nil) throws -> SequenceNumber {
            var created = Created(name: "n", queue: "q", attempts: 1, salt: 1, arguments: [])
            if let after { created.after = [Dependency(.job(after), .success)] }
            guard case .created(let job) = try turn.perform(.enqueue(Box(created), onConflict: .existing)) else {
                throw LogError(.unusable, "not created")
            }
            return job
        }
        let (first, second, third, stranger) = try writer.turn(now: .second(1)) { turn in
            let first = try enqueue(&turn)
            let second = try enqueue(&turn, after: first)
            return (first, second, try enqueue(&turn, after: second), try enqueue(&turn))
        }
        for _ in 0..<3 { try runOne(writer) }
        try runOne(writer)
        let graph = try CausalGraph(of: first, in: storage)
        #expect(graph.effects.map(\.job) == [second])
        #expect(graph.effects.first?.kind == .parentEnded)
        #expect(graph.effects.first?.effects.map(\.job) == [third])
        #expect(!graph.isCut)
        #expect(try CausalGraph(of: third, in: storage).dependencies == [Dependency(.job(second), .success)])
        #expect(try CausalGraph(of: third, in: storage).effects.isEmpty)
        #expect(try CausalGraph(of: stranger, in: storage).effects.isEmpty)
        #expect(graph.history.first?.sequence == first)
    }

    /// Claims the next job and brings it to a good end.
    private func runOne(_ writer: LogWriter) throws {
        try writer.turn(now: .second(2)) { turn in
            let started = ProcessStarted(processID: 7, host: "vm", user: "svc", program: "shop 3", boot: "00")
            guard case .done(let process) = try turn.perform(.startProcess(Box(started))),
                case .claimed(let claims) = try turn.perform(
                    .claim(Claim(process: process, worker: 1, queues: nil, slots: 1)))
            else { return }
            for claim in claims {
                _ = try turn.perform(
                    .finish(
                        job: claim.job, token: claim.token, .succeeded(Succeeded(ranMicroseconds: 1)),
                        actor: .process(process)))
            }
        }
    }
}
