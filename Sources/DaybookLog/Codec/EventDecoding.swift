package import DaybookModel

// Decoding is what a replay and a verification do millions of times, so each kind picks its fields in one pass over
// the bytes, and nothing is allocated but the texts and bytes that the event itself holds.

extension Event {
    /// Reads the value of event `sequence`. Its checksum is the caller's to check.
    ///
    /// Without its payload an event has no salt, and its arguments, result, error and the like are empty.
    package init(
        _ value: UnsafeRawBufferPointer, at sequence: SequenceNumber, withPayload: Bool = true,
        upcasts: EventUpcasts = .standard
    ) throws(EventDamage) {
        try self.init(value, EventHead(value, at: sequence), withPayload: withPayload, upcasts: upcasts)
    }

    /// Reads the rest of an event whose head has been read.
    init(
        _ value: UnsafeRawBufferPointer, _ head: EventHead, withPayload: Bool = true, upcasts: EventUpcasts = .standard
    ) throws(EventDamage) {
        var actor = head.actor(in: value)
        let facts = UnsafeRawBufferPointer(rebasing: value[head.facts])
        if actor.person != nil { actor.client = ClientField.text(of: head.kind, facts) }
        let payload = withPayload ? UnsafeRawBufferPointer(rebasing: value[head.payload]) : nil
        self.init(
            time: head.time, job: head.job, previous: head.previous, cause: head.cause, attempt: head.attempt,
            token: head.token, actor: actor,
            body: try EventBody(head, actor, facts: facts, payload: payload, upcasts: upcasts))
    }
}

/// Who stood behind a person: a fact that any kind of event may have. Those that create a job keep it with the job.
private enum ClientField {
    static func text(of kind: UInt8, _ facts: UnsafeRawBufferPointer) -> String? {
        switch EventKind(rawValue: kind) {
        case .created, .carried, .duplicate, .replaced: return nil
        default: break
        }
        var fields = FieldReader(ByteReader(facts))
        // Fields that cannot be read are for whoever reads the body to report.
        while let field = (try? fields.next()) ?? nil {
            if field.known == .client, field.form == RawField.Form.bytes { return String(checkedUTF8: field.bytes) }
        }
        return nil
    }
}

extension EventBody {
    fileprivate init(
        _ head: EventHead, _ actor: Actor, facts: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer?,
        upcasts: EventUpcasts
    ) throws(EventDamage) {
        let newest = upcasts.version(of: head.kind)
        guard let kind = EventKind(rawValue: head.kind), head.version <= newest, head.version > 0 else {
            self = .unknown(kind: head.kind, version: head.version)
            return
        }
        guard head.version == newest else {
            self = try upcasts.body(of: kind, head, actor, facts: facts, payload: payload)
            return
        }
        var fields = BodyReader(facts: facts, payload: payload)
        try self.init(kind, head, actor, &fields)
    }

    init(
        _ kind: EventKind, _ head: EventHead, _ actor: Actor, _ fields: inout BodyReader
    ) throws(EventDamage) {
        switch kind {
        case .claimed: self = try .plain(.claimed, &fields)
        case .created: self = .created(try Box(by: actor, &fields))
        case .succeeded: self = .succeeded(try Succeeded(&fields))
        case .enqueued: self = try .plain(.enqueued, &fields)
        case .attemptFailed: self = .attemptFailed(try Box(AttemptFailed(&fields)))
        case .failed: self = .failed(try Box(AttemptFailed(&fields)))
        case .duplicate: self = .duplicate(try Box(Duplicate(&fields)))
        case .replaced: self = .replaced(try Box(Replaced(&fields)))
        case .processStarted: self = .processStarted(try Box(ProcessStarted(&fields)))
        case .genesis: self = .genesis(try Box(Genesis(&fields)))
        case .processStopped: self = try .plain(.processStopped, &fields)
        case .processLost: self = try .plain(.processLost, &fields)
        case .processAsked:
            let found = try Particulars(&fields)
            guard let wish = ProcessWish(rawValue: found.what) else {
                self = .unknown(kind: head.kind, version: head.version)
                return
            }
            self = .processAsked(wish, reason: found.reason)
        case .returned: self = .returned(reason: try Particulars(&fields).reason)
        case .cancelled: self = .cancelled(reason: try Particulars(&fields).reason)
        case .requeued: self = .requeued(reason: try Particulars(&fields).reason)
        case .parked: self = .parked(reason: try Particulars(&fields).reason)
        case .purged: self = .purged(reason: try Particulars(&fields).reason)
        case .continued, .parentEnded, .parentReopened, .batchCreated, .batchSealed, .batchContinued, .batchEnded,
            .batchReopened, .batchCancelled:
            self = try .aboutFlow(kind, Particulars(&fields)) ?? .unknown(kind: head.kind, version: head.version)
        case .stale: self = .stale(try Box(LateEnd(&fields)))
        case .gap: self = .gap(Gap(note: try Particulars(&fields).note))
        case .clockStepped: self = .clockStepped(microseconds: try Particulars(&fields).stepMicroseconds)
        case .snoozed: self = .snoozed(until: try needed(Particulars(&fields).due))
        case .rebuilt:
            let found = try Particulars(&fields)
            self = .rebuilt(rows: found.howMany, reason: found.reason)
        case .interrupted:
            let found = try Particulars(&fields)
            self = .interrupted(reason: found.reason, charged: found.charged)
        case .rescheduled:
            let found = try Particulars(&fields)
            self = .rescheduled(until: try needed(found.due), reason: found.reason)
        case .queuePaused, .queueResumed, .queueLimited, .limited, .limitOpened:
            self = try .aboutQueues(kind, &fields)
        case .logged: self = .logged(try Box(Logged(&fields)))
        case .progressed: self = .progressed(try Box(Progressed(&fields)))
        case .stepped: self = .stepped(try Box(Stepped(&fields)))
        case .reported: self = .reported(try Box(Reported(&fields)))
        case .recurringSet: self = .recurringSet(try Box(RecurringSet(&fields)))
        case .recurringPaused, .recurringResumed, .recurringRemoved, .fired, .skipped, .replanned, .postponed:
            self =
                .aboutRecurring(kind, try Box(RecurringStep(&fields)))
                ?? .unknown(kind: head.kind, version: head.version)
        case .restored: self = .restored(try Box(Restored(&fields)))
        case .denied: self = .denied(try Box(Denied(&fields)))
        case .keysChanged, .erased: self = try .aboutKeys(kind, head, &fields)
        case .carried: self = .carried(try Box(by: actor, &fields))
        case .checkpoint: self = .checkpoint(try Box(Archived(&fields)))
        case .retentionSet: self = .retentionSet(try Box(RetentionSet(&fields)))
        case .held: self = .held(try Box(RetentionHold(&fields)))
        case .released: self = .released(try Box(RetentionHold(&fields)))
        }
    }

    /// A kind without fields: whatever stands there must at least be fields.
    @inline(__always)
    private static func plain(_ body: EventBody, _ fields: inout BodyReader) throws(EventDamage) -> EventBody {
        try fields.finish()
        return body
    }
}

func needed<T>(_ value: T?) throws(EventDamage) -> T {
    guard let value else { throw .missingField }
    return value
}

extension EventBody {
    private static func aboutQueues(_ kind: EventKind, _ fields: inout BodyReader) throws(EventDamage) -> EventBody {
        if kind == .queueLimited { return .queueLimited(try Box(QueueLimited(&fields))) }
        let found = try Particulars(&fields)
        switch kind {
        case .queuePaused: return .queuePaused(queue: try needed(found.queue), reason: found.reason)
        case .queueResumed: return .queueResumed(queue: try needed(found.queue), reason: found.reason)
        case .limitOpened: return .limitOpened(found.limitedBy)
        default: return .limited(by: found.limitedBy)
        }
    }

    private static func aboutRecurring(_ kind: EventKind, _ step: Box<RecurringStep>) -> EventBody? {
        switch kind {
        case .recurringPaused: .recurringPaused(step)
        case .recurringResumed: .recurringResumed(step)
        case .recurringRemoved: .recurringRemoved(step)
        case .fired: .fired(step)
        case .skipped: .skipped(step)
        case .replanned: .replanned(step)
        case .postponed: .postponed(step)
        default: nil
        }
    }

    /// Nil for a state or a standing of a later release.
    private static func aboutFlow(_ kind: EventKind, _ found: Particulars) -> EventBody? {
        switch kind {
        case .continued: .continued(state: found.state, cursor: found.cursor)
        case .parentEnded: found.state.map { .parentEnded(found.parent, state: $0) }
        case .parentReopened: .parentReopened(found.parent)
        case .batchCreated: .batchCreated(name: found.name, in: found.batch)
        case .batchSealed: .batchSealed(found.batch)
        case .batchContinued: .batchContinued(found.batch, cursor: found.cursor)
        case .batchEnded: found.standing.map { .batchEnded(found.batch, $0) }
        case .batchReopened: .batchReopened(found.batch)
        case .batchCancelled: .batchCancelled(found.batch, reason: found.reason)
        default: nil
        }
    }
}

/// What the kinds with few fields have, each some of it.
private struct Particulars {
    var due: Instant?
    var queue: String?
    var reason = ""
    var what = ""
    var note = ""
    var charged = false
    var stepMicroseconds: Int64 = 0
    var howMany: UInt64 = 0
    var limitedBy = ""
    var parent: SequenceNumber = 0
    var cursor: SequenceNumber = 0
    var state: JobState?
    var standing: BatchStanding?
    var name = ""
    var batch: SequenceNumber = 0

    init(_ fields: inout BodyReader) throws(EventDamage) {
        while let content = try fields.next() {
            switch content.field {
            case .due: due = content.instant
            case .queue: queue = try content.text()
            case .reason: reason = try content.text()
            case .what: what = try content.text()
            case .note: note = try content.text()
            case .charged: charged = content.isSet
            case .stepMicroseconds: stepMicroseconds = content.signed
            case .howMany: howMany = content.number
            case .limitedBy: limitedBy = try content.text()
            case .parent: parent = content.number
            case .cursor: cursor = content.number
            case .state:
                let text = try content.text()
                state = JobState(name: text)
                standing = BatchStanding(rawValue: text)
            case .name: name = try content.text()
            case .batch: batch = content.number
            default: break
            }
        }
    }
}

extension Genesis {
    fileprivate init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(identity: [], format: 0, program: "")
        while let content = try fields.next() {
            switch content.field {
            case .identity: identity = content.bytes
            case .format: format = content.number
            case .program: program = try content.text()
            case .previousHead: previousHead = content.bytes
            case .host: host = try content.text()
            case .user: user = try content.text()
            case .last: last = content.number
            case .origin: origin = try content.text()
            default: break
            }
        }
    }
}

extension Restored {
    fileprivate init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(last: 0, previousHead: [], program: "")
        while let content = try fields.next() {
            switch content.field {
            case .last: last = content.number
            case .previousHead: previousHead = content.bytes
            case .program: program = try content.text()
            case .host: host = try content.text()
            case .user: user = try content.text()
            default: break
            }
        }
    }
}

extension ProcessStarted {
    fileprivate init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(processID: 0, host: "", user: "", program: "", boot: "")
        while let content = try fields.next() {
            switch content.field {
            case .processID: processID = content.number
            case .host: host = try content.text()
            case .user: user = try content.text()
            case .program: program = try content.text()
            case .boot: boot = try content.text()
            case .leaseMicroseconds: leaseMicroseconds = content.number
            case .names: runs.append(try content.text())
            default: break
            }
        }
    }
}

extension Denied {
    fileprivate init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(permission: "", request: "", source: "")
        while let content = try fields.next() {
            switch content.field {
            case .permission: permission = try content.text()
            case .request: request = try content.text()
            case .source: source = try content.text()
            case .howMany: howMany = content.number
            case .reason: reason = try content.text()
            default: break
            }
        }
    }
}

extension Duplicate {
    fileprivate init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(key: nil, requestID: nil, client: nil)
        while let content = try fields.next() {
            switch content.field {
            case .key: key = try content.text()
            case .requestID: requestID = try content.text()
            case .client: client = try content.text()
            default: break
            }
        }
    }
}

extension Succeeded {
    fileprivate init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(ranMicroseconds: 0)
        while let content = try fields.next() {
            switch content.field {
            case .ranMicroseconds: ranMicroseconds = content.number
            case .result: result = content.bytes
            default: break
            }
        }
        salt = fields.salt
    }
}

extension AttemptFailed {
    fileprivate init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(due: nil, reason: "", errorType: "", ranMicroseconds: 0, salt: 0, error: "")
        while let content = try fields.next() {
            switch content.field {
            case .due: due = content.instant
            case .reason: reason = try content.text()
            case .errorType: errorType = try content.text()
            case .ranMicroseconds: ranMicroseconds = content.number
            case .error: error = try content.text()
            default: break
            }
        }
        salt = fields.salt
    }
}
