// Reading an event only to post it. Payloads, and the fields that no ledger asks for, are most of an event's bytes and nearly all of
// what its decoding allocates; folding ten million events cannot afford them.

internal import DaybookModel

extension Event {
    /// The event as far as `Books.apply` asks: the frequent kinds without payload and without the fields that posting never reads.
    init(posting value: UnsafeRawBufferPointer, _ head: EventHead, at sequence: SequenceNumber) throws(EventDamage) {
        guard head.version == EventEncoding.version, let body = try EventBody(posting: value, head) else {
            self = try Event(value, at: sequence)
            return
        }
        self.init(
            time: head.time, job: head.job, previous: head.previous, cause: head.cause, attempt: head.attempt,
            token: head.token, actor: head.actor, body: body)
    }
}

extension EventBody {
    /// `nil` for kinds that are rare enough to be decoded in full.
    fileprivate init?(posting value: UnsafeRawBufferPointer, _ head: EventHead) throws(EventDamage) {
        switch EventKind(rawValue: head.kind) {
        case .claimed: self = .claimed
        case .enqueued: self = .enqueued
        case .succeeded: self = .succeeded(Succeeded(ranMicroseconds: 0))
        case .created: self = .created(Box(try Created(posting: value, head)))
        case .returned: self = .returned(reason: "")
        default: return nil
        }
    }
}

extension Created {
    /// Where a field stands twice its first one counts, as in a full decoding.
    fileprivate init(posting value: UnsafeRawBufferPointer, _ head: EventHead) throws(EventDamage) {
        var name: String?
        var queue: String?
        var attempts: UInt64?
        var priority: Int64?
        var due: Int64?
        var expires: Int64?
        var key: String?
        var requestID: String?
        var retry: String?
        var fields = FieldReader(ByteReader(value, from: head.facts.lowerBound, to: head.facts.upperBound))
        while let field = try fields.next() {
            switch field.known {
            case .name: if name == nil { name = try field.text() }
            case .queue: if queue == nil { queue = try field.text() }
            case .attempts: if attempts == nil { attempts = try field.count() }
            case .priority: if priority == nil { priority = try field.signedNumber() }
            case .due: if due == nil { due = try field.signedNumber() }
            case .expires: if expires == nil { expires = try field.signedNumber() }
            case .key: if key == nil { key = try field.text() }
            case .requestID: if requestID == nil { requestID = try field.text() }
            case .retry: if retry == nil { retry = try field.text() }
            default: continue
            }
        }
        guard let name, let queue else { throw .missingField }
        self.init(name: name, queue: queue, attempts: UInt32(clamping: attempts ?? 1), salt: 0, arguments: [])
        self.priority = Int16(clamping: priority ?? 0)
        self.due = due.map(Instant.init(microseconds:))
        self.expires = expires.map(Instant.init(microseconds:))
        self.key = key
        self.requestID = requestID
        self.retry = retry
    }
}

extension RawField {
    fileprivate func count() throws(EventDamage) -> UInt64 {
        guard form == 0 else { throw .badField }
        return number
    }

    fileprivate func signedNumber() throws(EventDamage) -> Int64 {
        guard form == 2 else { throw .badField }
        return signed
    }
}
