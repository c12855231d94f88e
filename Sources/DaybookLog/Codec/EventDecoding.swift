package import DaybookModel

extension Event {
    /// Reads the value of event `sequence`. Its checksum is the caller's to check.
    package init(_ value: UnsafeRawBufferPointer, at sequence: SequenceNumber) throws(EventDamage) {
        let head = try EventHead(value, at: sequence)
        var body = FieldBag()
        var facts = FieldReader(ByteReader(value, from: head.facts.lowerBound, to: head.facts.upperBound))
        while let field = try facts.next() { try body.add(field) }
        if !head.payload.isEmpty {
            var reader = ByteReader(value, from: head.payload.lowerBound, to: head.payload.upperBound)
            body.salt = try reader.fixed()
            var payload = FieldReader(reader)
            while let field = try payload.next() { try body.add(field) }
        }
        self.init(
            time: head.time, job: head.job, previous: head.previous, cause: head.cause, attempt: head.attempt,
            token: head.token, actor: head.actor, body: try EventBody(head, &body))
    }
}

/// The fields of one body, by name. Kinds pick what they know; what they do not know stays in the log and out of here.
struct FieldBag {
    var salt: UInt64 = 0
    private var numbers: [(Field, UInt64)] = []
    private var texts: [(Field, String)] = []
    private var blobs: [(Field, [UInt8])] = []

    mutating func add(_ raw: RawField) throws(EventDamage) {
        guard let field = raw.known else { return }
        switch field.form {
        case .text: texts.append((field, try raw.text()))
        case .hex, .json:
            guard raw.form == 1 else { throw .badField }
            blobs.append((field, Array(raw.bytes)))
        case .number, .flag:
            guard raw.form == 0 else { throw .badField }
            numbers.append((field, raw.number))
        case .signed, .instant:
            guard raw.form == 2 else { throw .badField }
            numbers.append((field, UInt64(bitPattern: raw.signed)))
        }
    }

    func number(_ field: Field) -> UInt64? { numbers.first { $0.0 == field }?.1 }
    func signed(_ field: Field) -> Int64 { number(field).map { Int64(bitPattern: $0) } ?? 0 }
    func instant(_ field: Field) -> Instant? {
        number(field).map { Instant(microseconds: Int64(bitPattern: $0)) }
    }
    func text(_ field: Field) -> String? { texts.first { $0.0 == field }?.1 }
    func texts(_ field: Field) -> [String] { texts.filter { $0.0 == field }.map(\.1) }
    func bytes(_ field: Field) -> [UInt8] { blobs.first { $0.0 == field }?.1 ?? [] }
    func needed(_ field: Field) throws(EventDamage) -> String {
        guard let text = text(field) else { throw .missingField }
        return text
    }
    func neededInstant(_ field: Field) throws(EventDamage) -> Instant {
        guard let instant = instant(field) else { throw .missingField }
        return instant
    }
}

extension EventBody {
    init(_ head: EventHead, _ fields: inout FieldBag) throws(EventDamage) {
        guard let kind = EventKind(rawValue: head.kind), head.version == EventEncoding.version else {
            self = .unknown(kind: head.kind, version: head.version)
            return
        }
        let reason = fields.text(.reason) ?? ""
        switch kind {
        case .genesis:
            self = .genesis(
                Box(Genesis(
                    identity: fields.bytes(.identity), format: fields.number(.format) ?? 0,
                    program: fields.text(.program) ?? "", host: fields.text(.host) ?? "",
                    user: fields.text(.user) ?? "", previousHead: fields.bytes(.previousHead))))
        case .gap: self = .gap(Gap(note: fields.text(.note) ?? ""))
        case .clockStepped: self = .clockStepped(microseconds: fields.signed(.stepMicroseconds))
        case .processStarted:
            self = .processStarted(
                Box(ProcessStarted(
                    processID: fields.number(.processID) ?? 0, host: fields.text(.host) ?? "",
                    user: fields.text(.user) ?? "", program: fields.text(.program) ?? "",
                    boot: fields.text(.boot) ?? "")))
        case .processStopped: self = .processStopped
        case .processLost: self = .processLost
        case .created: self = .created(Box(try Created(head, fields)))
        case .duplicate:
            self = .duplicate(
                Box(Duplicate(
                    key: fields.text(.key), requestID: fields.text(.requestID), client: fields.text(.client))))
        case .enqueued: self = .enqueued
        case .claimed: self = .claimed
        case .returned: self = .returned(reason: reason)
        case .succeeded:
            self = .succeeded(
                Succeeded(
                    ranMicroseconds: fields.number(.ranMicroseconds) ?? 0, salt: fields.salt,
                    result: fields.bytes(.result)))
        case .attemptFailed: self = .attemptFailed(Box(AttemptFailed(fields)))
        case .failed: self = .failed(Box(AttemptFailed(fields)))
        case .interrupted: self = .interrupted(reason: reason, charged: fields.number(.charged) == 1)
        case .stale: self = .stale(what: fields.text(.what) ?? "")
        case .snoozed: self = .snoozed(until: try fields.neededInstant(.due))
        case .cancelled: self = .cancelled(reason: reason)
        case .requeued: self = .requeued(reason: reason)
        case .rescheduled: self = .rescheduled(until: try fields.neededInstant(.due), reason: reason)
        case .parked: self = .parked(reason: reason)
        case .purged: self = .purged(reason: reason)
        case .queuePaused: self = .queuePaused(queue: try fields.needed(.queue), reason: reason)
        case .queueResumed: self = .queueResumed(queue: try fields.needed(.queue), reason: reason)
        case .checkpoint, .carried, .denied, .processQuieted, .continued, .logged, .progressed, .stepped,
            .queueLimited, .recurringSet, .recurringPaused, .recurringResumed, .recurringRemoved, .fired, .skipped:
            self = .unknown(kind: head.kind, version: head.version)
        }
    }
}

extension Created {
    fileprivate init(_ head: EventHead, _ fields: FieldBag) throws(EventDamage) {
        self.init(
            name: try fields.needed(.name), queue: try fields.needed(.queue),
            attempts: UInt32(clamping: fields.number(.attempts) ?? 1), salt: fields.salt, arguments: fields.bytes(.args))
        argumentsVersion = fields.number(.argumentsVersion) ?? 0
        priority = Int16(clamping: fields.signed(.priority))
        due = fields.instant(.due)
        expires = fields.instant(.expires)
        key = fields.text(.key)
        requestID = fields.text(.requestID)
        retry = fields.text(.retry)
        timeoutMicroseconds = fields.number(.timeoutMicroseconds)
        tags = fields.texts(.tags)
        tenant = fields.text(.tenant)
        display = fields.text(.display)
        client = fields.text(.client)
        metadata = fields.texts(.metadata)
        actor = head.actor
    }
}

extension AttemptFailed {
    fileprivate init(_ fields: FieldBag) {
        self.init(
            due: fields.instant(.due), reason: fields.text(.reason) ?? "", errorType: fields.text(.errorType) ?? "",
            ranMicroseconds: fields.number(.ranMicroseconds) ?? 0, salt: fields.salt, error: fields.text(.error) ?? "")
    }
}
