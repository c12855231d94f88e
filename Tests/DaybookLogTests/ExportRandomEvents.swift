import DaybookLog
import DaybookModel

/// Events of all kinds with random content, as rules might write them and as they never would.
struct ExportRandomEvents {
    var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func oneIn(_ count: Int) -> Bool { number(1...count) == 1 }

    mutating func text() -> String {
        let pieces = ["a", "Zz", "é", "漢", "😀", "\"", "\\", "\n", "\u{1F}", "\0", "{}", " ", "\u{2028}", "person:"]
        return (0..<number(0...8)).map { _ in pieces[number(0...pieces.count - 1)] }.joined()
    }

    mutating func bytes(_ count: ClosedRange<Int> = 0...12) -> [UInt8] {
        (0..<number(count)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    mutating func json() -> [UInt8] {
        let samples = [
            "{\"a\":[1,2]}", "null", " 1", "1 ", "{\"a\" : 1}", "[\n1]", "{\"a\":1,\"a\":2}", "not json", "\"\\u0000\"",
            "-0.5e7",
            String(repeating: "[", count: 64) + String(repeating: "]", count: 64),
            String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
        ]
        return oneIn(5) ? bytes() : Array(samples[number(0...samples.count - 1)].utf8)
    }

    mutating func instant() -> Instant {
        let limits: [Int64] = [
            .min, .max, -62_135_596_800_000_000, -62_167_219_200_000_001, 253_402_300_800_000_000, -1, 0,
            951_782_400_000_000,
        ]
        if oneIn(4) { return Instant(microseconds: limits[number(0...limits.count - 1)]) }
        return Instant(microseconds: Int64(bitPattern: random.next()) >> Int64(number(0...40)))
    }

    mutating func integer() -> UInt64 { random.next() >> UInt64(number(0...63)) }

    mutating func maybe<T>(_ value: (inout Self) -> T) -> T? { oneIn(2) ? nil : value(&self) }

    /// An event that could have number `sequence`.
    mutating func event(at sequence: SequenceNumber) -> Event {
        func earlier(_ own: inout Self) -> SequenceNumber {
            own.oneIn(3) ? 0 : SequenceNumber(own.number(1...Int(sequence)))
        }
        var actor = Actor()
        actor.process = earlier(&self)
        actor.worker = oneIn(2) ? 0 : UInt32(truncatingIfNeeded: integer())
        actor.recurring = oneIn(3) ? earlier(&self) : 0
        actor.person = oneIn(3) ? text() : nil
        let body = body(actor)
        switch body {
        // They keep whoever stood behind the person themselves.
        case .created, .duplicate, .replaced: break
        default: actor.client = actor.person == nil ? nil : maybe { $0.some() }
        }
        return Event(
            time: instant(), job: earlier(&self), previous: earlier(&self), cause: earlier(&self),
            attempt: oneIn(2) ? 0 : UInt32(truncatingIfNeeded: integer()), token: earlier(&self), actor: actor,
            body: body)
    }

    private mutating func body(_ actor: Actor) -> EventBody {
        switch number(0...38) {
        case 0:
            return .genesis(
                Box(
                    Genesis(
                        identity: bytes(), format: integer(), program: text(), host: text(), user: text(),
                        previousHead: bytes())))
        case 1: return .gap(Gap(note: text()))
        case 2: return .clockStepped(microseconds: instant().microseconds)
        case 3:
            return .processStarted(
                Box(ProcessStarted(processID: integer(), host: text(), user: text(), program: text(), boot: text())))
        case 4: return .processStopped
        case 5: return .processLost
        case 6: return .duplicate(Box(Duplicate(key: maybe { $0.some() }, requestID: maybe { $0.some() }, client: nil)))
        case 7: return .enqueued
        case 8: return .claimed
        case 9: return .returned(reason: text())
        case 10: return .succeeded(Succeeded(ranMicroseconds: integer(), salt: random.next(), result: json()).stored)
        case 11: return .attemptFailed(Box(failure()))
        case 12: return .failed(Box(failure()))
        case 13: return .interrupted(reason: text(), charged: oneIn(2))
        case 14: return .stale(Box(late()))
        case 15: return .snoozed(until: instant())
        case 16: return .cancelled(reason: text())
        case 17: return .requeued(reason: text())
        case 18: return .rescheduled(until: instant(), reason: text())
        case 19: return .parked(reason: text())
        case 20: return .purged(reason: text())
        case 21: return .queuePaused(queue: some(), reason: text())
        case 22: return .queueResumed(queue: some(), reason: text())
        case 23...26: return inside()
        case 27: return .recurringSet(Box(recurringSet()))
        case 28: return recurringStep()
        case 29...37: return flow()
        default: return .created(Box(created(actor)))
        }
    }

    private mutating func flow() -> EventBody {
        switch number(0...8) {
        case 0: return .continued(state: maybe { _ in .failed }, cursor: oneIn(2) ? 0 : integer())
        case 1: return .parentEnded(integer(), state: .cancelled)
        case 2: return .parentReopened(integer())
        case 3: return .batchCreated(name: text(), in: oneIn(2) ? 0 : integer())
        case 4: return .batchSealed(integer())
        case 5: return .batchContinued(integer(), cursor: oneIn(2) ? 0 : integer())
        case 6: return .batchEnded(integer(), .failed)
        case 7: return .batchReopened(integer())
        default: return .batchCancelled(integer(), reason: text())
        }
    }

    private mutating func recurringSet() -> RecurringSet {
        var job = created(.system)
        job.planned = nil
        job.client = nil
        var set = RecurringSet(id: some(), job: job)
        set.definition = oneIn(2) ? 0 : integer()
        set.earlier = oneIn(2) ? 0 : integer()
        set.description = maybe { $0.some() }
        set.group = maybe { $0.some() }
        set.schedule = maybe { $0.some() }
        set.zone = some()
        set.zoneData = maybe { $0.some() }
        set.misfire = [MisfireRule.once, .skip, .each(max: number(1...9))][number(0...2)]
        set.overlap = OverlapRule.allCases[number(0...2)]
        set.lateMicroseconds = Int64(number(0...1_000))
        set.jitterMicroseconds = Int64(number(0...3))
        set.starts = maybe { $0.instant() }
        set.ends = maybe { $0.instant() }
        set.isManual = oneIn(2)
        set.origin = maybe { $0.some() }
        set.broken = maybe { $0.some() }
        set.reason = text()
        set.plan = plan()
        set.expiresAfterMicroseconds = maybe { Int64($0.number(0...1_000)) }
        return set
    }

    private mutating func recurringStep() -> EventBody {
        var step = RecurringStep(definition: integer(), earlier: integer())
        step.planned = maybe { $0.instant() }
        step.plannedLast = maybe { $0.instant() }
        step.howMany = oneIn(2) ? 0 : integer()
        step.plan = plan()
        step.zoneData = maybe { $0.some() }
        step.until = maybe { $0.instant() }
        step.reason = text()
        step.origin = FireOrigin.allCases[number(0...3)]
        let box = Box(step)
        let bodies: [EventBody] = [
            .recurringPaused(box), .recurringResumed(box), .recurringRemoved(box), .fired(box), .skipped(box),
            .replanned(box), .postponed(box),
        ]
        return bodies[number(0...bodies.count - 1)]
    }

    private mutating func plan() -> RecurringNext {
        guard let planned = maybe({ $0.instant() }) else { return RecurringNext() }
        return RecurringNext(planned: planned, due: oneIn(2) ? planned : instant())
    }

    /// What happens inside a run. Without a payload there is no salt.
    private mutating func inside() -> EventBody {
        switch number(0...3) {
        case 0:
            let lines = (0..<number(0...3)).map { _ in some() }
            return .logged(
                Box(
                    Logged(
                        level: integer(), howMany: integer(), salt: lines.isEmpty ? 0 : random.next(), lines: lines)))
        case 1:
            let text = text()
            return .progressed(
                Box(Progressed(millionths: integer(), salt: text.isEmpty ? 0 : random.next(), text: text)))
        case 2:
            let result = json()
            return .stepped(Box(Stepped(step: some(), salt: result.isEmpty ? 0 : random.next(), result: result)))
        default:
            let statistics = json()
            return .reported(
                Box(
                    Reported(
                        counters: json(), salt: statistics.isEmpty ? 0 : random.next(), statistics: statistics)))
        }
    }

    /// A text that is not empty: empty ones are not stored.
    private mutating func some() -> String { text() + "x" }

    private mutating func failure() -> AttemptFailed {
        let error = text()
        return AttemptFailed(
            due: maybe { $0.instant() }, reason: text(), errorType: text(), ranMicroseconds: integer(),
            salt: error.isEmpty ? 0 : random.next(), error: error)
    }

    private mutating func late() -> LateEnd {
        var late = LateEnd(what: text())
        (late.reason, late.step, late.errorType, late.ranMicroseconds) = (text(), text(), text(), integer())
        (late.result, late.error) = (oneIn(2) ? json() : [], text())
        late.salt = late.result.isEmpty && late.error.isEmpty ? 0 : random.next()
        return late
    }

    private mutating func created(_ actor: Actor) -> Created {
        let arguments = json()
        var created = Created(
            name: some(), queue: some(), attempts: UInt32(truncatingIfNeeded: integer()), salt: random.next(),
            arguments: arguments)
        created.argumentsVersion = oneIn(2) ? 0 : integer()
        created.priority = Int16(truncatingIfNeeded: integer())
        created.due = maybe { $0.instant() }
        created.expires = maybe { $0.instant() }
        created.key = maybe { $0.some() }
        created.requestID = maybe { $0.some() }
        created.retry = maybe { $0.some() }
        created.timeoutMicroseconds = maybe { $0.integer() }
        created.tags = (0..<number(0...3)).map { _ in some() }
        created.tenant = maybe { $0.some() }
        created.display = maybe { $0.some() }
        created.client = maybe { $0.some() }
        created.retryOnly = (0..<number(0...2)).map { _ in some() }
        created.retryNever = (0..<number(0...2)).map { _ in some() }
        created.isDiscardedOnExhaustion = oneIn(4)
        created.planned = maybe { $0.instant() }
        created.metadata = (0..<number(0...2)).map { _ in some() }
        created.after = (0..<number(0...2)).map { _ in
            Dependency(.job(max(1, integer())), .failure, end: maybe { _ in .init(.succeeded, at: 7) })
        }
        created.batch = oneIn(2) ? 0 : integer()
        created.rerunOf = oneIn(2) ? 0 : integer()
        created.actor = actor
        if arguments.isEmpty, created.metadata.isEmpty { created.salt = 0 }
        return created
    }
}

extension Succeeded {
    /// Without a result there is no payload and so no salt.
    fileprivate var stored: Succeeded {
        result.isEmpty ? Succeeded(ranMicroseconds: ranMicroseconds) : self
    }
}
