import DaybookLog
import DaybookModel

/// An event of each kind, as it stands at its number. Their lines are in `ExportGoldenLines`.
enum ExportGoldenEvents {
    static func appended(to storage: some LogStorage) throws {
        try storage.appendEncoded(commits.count) { index, batch in
            for entry in commits[index] {
                switch entry {
                case .event(let event): batch.append(event)
                case .raw(let raw): raw.add(to: batch)
                }
            }
        }
    }

    enum Entry {
        case event(Event)
        case raw(ExportRawEvent)
    }

    static func event(
        _ body: EventBody, job: SequenceNumber = 0, previous: SequenceNumber = 0, cause: SequenceNumber = 0,
        attempt: UInt32 = 0, token: SequenceNumber = 0, actor: Actor = .process(3, worker: 2)
    ) -> Entry {
        .event(
            Event(
                time: Instant(microseconds: 1_772_366_400_000_001), job: job, previous: previous, cause: cause,
                attempt: attempt, token: token, actor: actor, body: body))
    }

    static let commits: [[Entry]] = [
        [
            event(
                .genesis(
                    Box(
                        Genesis(
                            identity: Array(0..<16), format: 1, program: "daybook 1.0", host: "here", user: "ann",
                            previousHead: Array(repeating: 255, count: 32)))), actor: .system)
        ],
        aboutTheLog, aJob, itsEnds, queues, later, unknown, [event(.rebuilt(rows: 12, reason: "a row differs"))],
        aProcessWithLease, insideARun, recurring, rulesForRetries, flow, batches, uniqueness, limits, rates,
        restored, denied, secrets, keys, retention, weights, innerBatches, erasures, lateEnds, again,
    ]

    private static let keys: [Entry] = [
        event(
            .keysChanged(Box(KeysChanged(.begun, scope: "tenant", source: "folder", reason: "a new store"))),
            actor: .person("ann")),
        event(.keysChanged(Box(KeysChanged(.rotated, tenant: "acme"))), actor: .person("ann")),
        event(.created(Box(sealedJob))),
        event(
            .erased(Box(Erased(tenant: "acme", howMany: 2, reason: "asked for", isAfterwards: true))),
            actor: .person("ann")),
    ]

    private static var sealedJob: Created {
        var job = Created(name: "mail", queue: "default", attempts: 11, salt: 9, arguments: [])
        job.tenant = "acme"
        job.sealed = [1] + (0..<60)
        return job
    }

    private static let secrets: [Entry] = {
        var job = Created(name: "card", queue: "default", attempts: 1, salt: 6, arguments: Array("{\"pin\":1}".utf8))
        job.secret = ["pin", "number"]
        return [event(.created(Box(job)), job: 90)]
    }()

    private static let retention: [Entry] = {
        var carried = Created(name: "mail", queue: "default", attempts: 3, salt: 9, arguments: Array("[1]".utf8))
        carried.tenant = "acme"
        let archived = Archived(
            first: 1, last: 64, digest: Array(repeating: 7, count: 32), head: Array(repeating: 8, count: 32),
            root: Array(repeating: 9, count: 32), base: Array(repeating: 10, count: 16), until: .second(1), carried: 1)
        return [
            event(
                .retentionSet(
                    Box(RetentionSet(scope: "name:mail/failed", keepMicroseconds: 3_600_000_000, reason: "noise"))),
                actor: .person("ann")),
            event(.held(Box(RetentionHold(scope: "tenant:acme", reason: "case 12"))), actor: .person("ann")),
            event(.released(Box(RetentionHold(scope: "tenant:acme", reason: ""))), actor: .person("ann")),
            event(.carried(Box(carried)), job: 7, previous: 79),
            event(.checkpoint(Box(archived)), actor: .person("ann")),
        ]
    }()

    private static let denied: [Entry] = [
        event(
            .denied(
                Box(
                    Denied(
                        permission: "jobs.change", request: "POST /jobs/{job}/cancel", source: "192.0.2.7",
                        howMany: 12, reason: "the role viewer does not have it"))), actor: .person("ann"))
    ]

    private static let restored: [Entry] = [
        event(
            .restored(
                Box(
                    Restored(
                        last: 75, previousHead: Array(repeating: 7, count: 32), program: "daybook 1.0", host: "here",
                        user: "ann"))),
            actor: .person("ann"))
    ]

    private static let uniqueness: [Entry] = {
        var waiting = Created(name: "mail", queue: "default", attempts: 1, salt: 5, arguments: Array("1".utf8))
        waiting.key = "k:1"
        waiting.uniqueness = .waiting
        var window = waiting
        window.uniqueness = .window(microseconds: 600_000_000)
        var replaced = Replaced(original: 7, salt: 6, arguments: Array("{\"to\":\"bob\"}".utf8))
        replaced.due = .second(60)
        replaced.argumentsVersion = 2
        replaced.client = "ann@here, daybook 1.0"
        return [
            event(.created(Box(waiting)), job: 77), event(.created(Box(window)), job: 78),
            event(.replaced(Box(replaced)), job: 7, previous: 23, actor: .person("ann")),
        ]
    }()

    private static let recurring: [Entry] = {
        var job = Created(
            name: "report", queue: "night", attempts: 2, salt: 11, arguments: Array("{\"to\":\"ann\"}".utf8))
        job.tags = ["red"]
        var set = RecurringSet(id: "report.nightly", job: job)
        set.description = "Nightly – é"
        set.group = "reports"
        set.schedule = "30 2 * * *"
        set.zone = "Europe/Berlin"
        set.zoneData = "2026a"
        set.misfire = .each(max: 7)
        set.overlap = .wait
        set.jitterMicroseconds = 5
        set.starts = Instant(microseconds: -1)
        set.ends = Instant(microseconds: .max)
        set.origin = "shop"
        set.plan = RecurringNext(planned: .second(60), due: .second(61))
        set.expiresAfterMicroseconds = 9
        var again = RecurringSet(
            id: "by.hand", job: Created(name: "n", queue: "q", attempts: 1, salt: 0, arguments: []))
        (again.definition, again.earlier, again.isManual) = (52, 52, true)
        (again.broken, again.reason) = ("no such zone", "a test")
        var step = RecurringStep(definition: 52, earlier: 53)
        step.plan = RecurringNext(planned: .second(120), due: .second(120))
        var fired = step
        (fired.planned, fired.zoneData, fired.origin) = (.second(60), "2026a", .waited)
        var skipped = step
        (skipped.planned, skipped.plannedLast, skipped.howMany) = (.second(60), .second(90), 3)
        skipped.reason = "late"
        var paused = step
        (paused.plan, paused.until, paused.reason) = (RecurringNext(), .second(900), "lunch")
        var created = job
        created.planned = .second(60)
        created.actor = Actor(process: 46, recurring: 52)
        let actor = Actor(process: 46, recurring: 52)
        return [
            event(.recurringSet(Box(set)), actor: Actor(process: 46, person: "ann")),
            event(.recurringSet(Box(again)), actor: .process(46)),
            event(.recurringPaused(Box(paused)), actor: Actor(process: 46, person: "ann")),
            event(.recurringResumed(Box(step)), actor: .process(46)),
            event(.fired(Box(fired)), cause: 53, actor: actor),
            event(.created(Box(created)), job: 57, cause: 56, actor: actor),
            event(.skipped(Box(skipped)), actor: actor),
            event(.postponed(Box(fired)), cause: 53, actor: actor),
            event(.replanned(Box(step)), actor: actor),
            event(.recurringRemoved(Box(RecurringStep(definition: 52, earlier: 60))), actor: .person("ann")),
        ]
    }()

    private static let aboutTheLog = [
        event(.gap(Gap(note: "17 bytes\nlost")), actor: .person("ann \"the\" \\ auditor")),
        event(
            .processStarted(
                Box(ProcessStarted(processID: 4711, host: "here", user: "ann", program: "worker 2", boot: "b00t"))),
            actor: .process(3)),
        event(.clockStepped(microseconds: -2_000_001), actor: .process(3)),
        event(.processStopped, actor: .process(3)),
        event(.processLost, cause: 3, actor: Actor(process: 4, worker: 1, recurring: 2, person: nil)),
    ]

    private static let aProcessWithLease = [
        event(
            .processStarted(
                Box(
                    ProcessStarted(
                        processID: 4712, host: "here", user: "ann", program: "worker 2", boot: "b00t",
                        leaseMicroseconds: 60_000_000))),
            actor: .process(46))
    ]

    private static let insideARun: [Entry] = {
        func inside(_ body: EventBody, previous: SequenceNumber) -> Entry {
            event(body, job: 7, previous: previous, attempt: 2, token: 11)
        }
        let lines = ["2026-03-01T12:00:00.000001Z info begun", "2026-03-01T12:00:00.500000Z error \"é\"\nbroken"]
        return [
            inside(.logged(Box(Logged(level: 6, howMany: 2, salt: 2, lines: lines))), previous: 23),
            inside(.progressed(Box(Progressed(millionths: 500_000, salt: 3, text: "half way"))), previous: 47),
            inside(
                .stepped(Box(Stepped(step: "charge", salt: 4, result: Array("{\"receipt\":7}".utf8)))), previous: 48),
            inside(.stepped(Box(Stepped(step: "ship"))), previous: 49),
            inside(
                .reported(
                    Box(
                        Reported(
                            counters: Array("{\"imported\":3,\"skipped\":1}".utf8), salt: 5,
                            statistics: Array("{\"rows\":4}".utf8)))), previous: 50),
        ]
    }()

    private static let rulesForRetries: [Entry] = {
        var created = Created(name: "report", queue: "reports", attempts: 3, salt: 5, arguments: Array("[7]".utf8))
        created.retryOnly = ["Timeout", "Busy<Int>"]
        created.retryNever = ["BadAddress"]
        created.isDiscardedOnExhaustion = true
        created.display = "Report {0}"
        created.metadata = ["locale=de", "trace=a=b"]
        let started = ProcessStarted(
            processID: 4713, host: "here", user: "ann", program: "worker 3", boot: "b00t",
            runs: ["mail.send@2-3", "report"])
        return [
            event(.created(Box(created)), job: 62),
            event(.processStarted(Box(started)), actor: .process(63)),
        ]
    }()

    private static let aJob: [Entry] = {
        var created = Created(
            name: "send-mail", queue: "mail", attempts: 11, salt: 0x0102_0304_0506_0708,
            arguments: Array("{\"to\":\"ann@example.org\", \"n\":1}".utf8))
        created.argumentsVersion = 2
        created.priority = -5
        created.due = Instant(microseconds: -1)
        created.expires = Instant(microseconds: .max)
        created.key = "mail:7"
        created.requestID = "r-1"
        created.retry = "fixed 5s"
        created.timeoutMicroseconds = 30_000_000
        created.tags = ["red", "round"]
        created.tenant = "acme"
        created.display = "Mail to Ann – é"
        created.client = "ann@here shop"
        created.metadata = ["trace=1"]
        var small = Created(name: "n", queue: "q", attempts: 1, salt: 9, arguments: [0xFF, 0, 10])
        small.actor = .person("bob")
        return [
            event(.created(Box(created)), job: 7, actor: Actor(process: 3, person: "ann")),
            event(.created(Box(small)), job: 8, actor: .person("bob")),
            event(.duplicate(Box(Duplicate(key: "mail:7", requestID: "r-2", client: "cli"))), job: 7, previous: 7),
            event(.enqueued, job: 7, previous: 9, actor: .process(3)),
            event(.claimed, job: 7, previous: 10, attempt: 1, token: 11),
            event(.returned(reason: "no slot"), job: 7, previous: 11, attempt: 1, token: 11),
        ]
    }()

    private static let itsEnds: [Entry] = {
        let failure = AttemptFailed(
            due: .second(60), reason: "retry 1 of 10", errorType: "Timeout", ranMicroseconds: 5, salt: 1,
            error: "too\tlong")
        return [
            event(.attemptFailed(Box(failure)), job: 7, previous: 12, attempt: 1, token: 11),
            event(
                .failed(
                    Box(AttemptFailed(due: nil, reason: "", errorType: "", ranMicroseconds: 0, salt: 0, error: ""))),
                job: 7, previous: 13, attempt: 2, token: 11),
            event(
                .succeeded(Succeeded(ranMicroseconds: 12, salt: .max, result: Array("[1]".utf8))), job: 7, previous: 14,
                attempt: 2, token: 11),
            event(.interrupted(reason: "died", charged: true), job: 7, previous: 15, attempt: 2, token: 11),
            event(.stale(Box(LateEnd(what: "succeeded"))), job: 7, previous: 16, token: 11),
            event(.snoozed(until: .second(9.5)), job: 7, previous: 17),
            event(.cancelled(reason: "no longer wanted"), job: 7, previous: 18, actor: .person("ann")),
            event(.requeued(reason: "again"), job: 7, previous: 19, actor: .person("ann")),
            event(.rescheduled(until: .second(3600), reason: "later"), job: 7, previous: 20, actor: .person("ann")),
            event(.parked(reason: "no worker knows it"), job: 7, previous: 21),
            event(.purged(reason: "old"), job: 7, previous: 22, actor: .person("ann")),
        ]
    }()

    private static let lateEnds: [Entry] = {
        var success = LateEnd(what: "succeeded")
        (success.ranMicroseconds, success.salt, success.result) = (9, 3, Array("{\"sent\":1}".utf8))
        var failure = LateEnd(what: "failed")
        (failure.reason, failure.errorType, failure.salt, failure.error) = ("timeout", "Timeout", 4, "too\tlong")
        return [
            event(.stale(Box(success)), job: 7, previous: 16, token: 11),
            event(.stale(Box(failure)), job: 7, previous: 16, token: 11),
        ]
    }()

    private static let queues = [
        event(.queuePaused(queue: "mail", reason: "maintenance"), actor: .person("ann")),
        event(.queueResumed(queue: "mail", reason: ""), actor: .person("ann")),
    ]

    /// Kinds that have their number and no body of their own yet, each with a few of the fields that no other kind
    /// above has.
    private static let later: [Entry] = {
        func raw(_ kind: EventKind, _ facts: [UInt8] = [], _ payload: [UInt8] = []) -> Entry {
            var event = ExportRawEvent(kind.rawValue)
            event.facts = facts
            event.payload = payload
            return .raw(event)
        }
        let salt: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7]
        return [
            raw(
                .checkpoint,
                Field.digest.raw(.bytes([0xAB, 0xCD])) + Field.first.raw(.number(1)) + Field.last.raw(.number(9))),
            raw(.carried, Field.original.raw(.number(7)) + Field.state.raw(.text("enqueued"))),
            raw(.denied, Field.command.raw(.number(4)) + Field.reason.raw(.text("read-only"))),
            raw(.processAsked),
            raw(.continued, Field.batch.raw(.number(3)) + Field.after.raw(.text("7")) + Field.after.raw(.text("8"))),
            raw(
                .logged, Field.level.raw(.number(1)),
                salt + Field.lines.raw(.text("one")) + Field.text.raw(.text("a\u{7F}b"))),
            raw(.progressed, Field.fraction.raw(.number(500))),
            raw(
                .stepped, Field.step.raw(.text("charge")) + Field.started.raw(.number(0)),
                salt + Field.statistics.raw(.text("{\"ms\":1}"))),
            raw(.queueLimited, Field.limit.raw(.number(UInt64.max)) + Field.paused.raw(.number(1))),
            raw(.recurringSet, Field.names.raw(.text("a")) + Field.onExhaustion.raw(.text("skip"))),
            raw(.recurringPaused),
            raw(.recurringResumed, Field.was.raw(.text("paused"))),
            raw(.recurringRemoved, Field.retryOnly.raw(.text("A")) + Field.retryNever.raw(.text("B"))),
            raw(.fired, Field.planned.raw(.signed(0)) + Field.counters.raw(.text("{}"))),
            raw(.skipped, Field.howMany.raw(.number(3))),
        ]
    }()

    /// What waits for what.
    private static let flow: [Entry] = {
        var waiting = Created(name: "report", queue: "default", attempts: 1, salt: 0, arguments: [])
        waiting.after = [
            Dependency(.job(7), .any, end: .init(.failed, at: 23)), Dependency(.job(8), .failure),
        ]
        return [
            event(.created(Box(waiting)), job: 64, actor: .person("ann")),
            event(.parentEnded(8, state: .failed), job: 64, previous: 64),
            event(.parentReopened(8), job: 64, previous: 65),
            event(.continued(state: .failed, cursor: 0), job: 8, previous: 63),
            event(.continued(state: nil, cursor: 64), job: 8, previous: 67),
        ]
    }()

    private static let batches: [Entry] = {
        var member = Created(name: "import", queue: "default", attempts: 1, salt: 0, arguments: [])
        member.batch = 69
        return [
            event(.batchCreated(name: "import"), actor: .person("ann")),
            event(.created(Box(member)), job: 70),
            event(.batchSealed(69), cause: 69),
            event(.batchCancelled(69, reason: "no longer wanted"), actor: .person("ann")),
            event(.batchContinued(69, cursor: 70), cause: 72),
            event(.batchContinued(69, cursor: 0), cause: 72),
            event(.batchEnded(69, .cancelled), cause: 72),
            event(.batchReopened(69), cause: 72),
        ]
    }()

    private static let innerBatches: [Entry] = [
        event(.batchCreated(name: "part", in: 69), actor: .person("ann")),
        event(.batchContinued(69, cursor: 102), cause: 72),
    ]

    private static let erasures: [Entry] = {
        var gone = Created(name: "mail", queue: "default", attempts: 11, salt: 10, arguments: [])
        gone.tenant = "acme"
        gone.sealed = [2]
        return [
            event(.erased(Box(Erased(tenant: "acme", howMany: 1, reason: "again"))), actor: .person("ann")),
            event(.created(Box(gone)), job: 105),
        ]
    }()

    /// What a later release, or none, may have written.
    private static let unknown: [Entry] = {
        var later = ExportRawEvent(200)
        later.version = 9
        later.time = .min
        later.facts =
            RawContent.number(5).field(200) + RawContent.bytes([1, 2]).field(201) + RawContent.signed(-3).field(202)
            + RawContent.fixed(0x0102).field(203) + RawContent.number(1).field(300) + RawContent.number(2).field(300)
        var wrongForms = ExportRawEvent(EventKind.parked.rawValue)
        wrongForms.facts =
            Field.reason.raw(.number(5)) + Field.charged.raw(.number(2)) + Field.note.raw(.bytes([0xC3]))
            + Field.tags.raw(.text("ok")) + Field.tags.raw(.bytes([0xFF]))
        var twice = ExportRawEvent(EventKind.parked.rawValue)
        twice.facts = Field.reason.raw(.text("a")) + Field.reason.raw(.text("b"))
        twice.payload = [9, 9, 9, 9, 9, 9, 9, 9] + [0xFF]
        var onlySalt = ExportRawEvent(EventKind.parked.rawValue)
        onlySalt.parts = [(3, [0]), (6, [0])]
        onlySalt.payload = [0, 0, 0, 0, 0, 0, 0, 1]
        return [.raw(later), .raw(wrongForms), .raw(twice), .raw(onlySalt)]
    }()
}
