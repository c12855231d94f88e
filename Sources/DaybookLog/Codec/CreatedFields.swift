// What a new job's event says, both ways. What writes are functions of the box, and read one field of what is in it
// after the other: a function of what is in it would be called with a copy of all of it, which costs more than writing
// it down.

internal import DaybookModel

extension Box<Created> {
    func writeFacts(to fields: inout FieldWriter) {
        fields.text(.name, value.name)
        fields.text(.queue, value.queue)
        fields.number(.attempts, UInt64(value.attempts))
        if value.argumentsVersion != 0 { fields.number(.argumentsVersion, value.argumentsVersion) }
        fields.signed(.priority, Int64(value.priority))
        fields.instant(.due, value.due)
        fields.instant(.expires, value.expires)
        fields.text(.key, value.key)
        value.uniqueness.writeFacts(to: &fields)
        fields.text(.requestID, value.requestID)
        fields.text(.retry, value.retry)
        fields.number(.timeoutMicroseconds, value.timeoutMicroseconds)
        fields.texts(.tags, value.tags)
        fields.text(.tenant, value.tenant)
        fields.texts(.limitKeys, value.limitKeys)
        fields.texts(.secret, value.secret)
        fields.text(.display, value.display)
        fields.text(.client, value.client)
        if value.batch != 0 { fields.number(.batch, value.batch) }
        for dependency in value.after { fields.text(.after, dependency.description) }
        fields.instant(.planned, value.planned)
        if value.isDiscardedOnExhaustion { fields.text(.onExhaustion, Created.discard) }
        fields.texts(.retryOnly, value.retryOnly)
        fields.texts(.retryNever, value.retryNever)
        if value.rerunOf != 0 { fields.number(.rerunOf, value.rerunOf) }
    }

    func writePayload(to fields: inout FieldWriter) {
        fields.salt(value.salt)
        fields.bytes(.args, value.arguments)
        fields.texts(.metadata, value.metadata)
        fields.bytes(.sealed, value.sealed)
    }

    var byteCountMax: Int {
        var count = 176 + value.name.utf8.count + value.queue.utf8.count + value.arguments.count + value.sealed.count
        count +=
            room(value.key) + room(value.requestID) + room(value.retry) + room(value.tenant) + room(value.display)
            + room(value.client)
        for text in value.tags { count += room(text) }
        for text in value.limitKeys { count += room(text) }
        for text in value.secret { count += room(text) }
        count += value.after.count * Dependency.textBytesMax
        for text in value.metadata { count += room(text) }
        for text in value.retryOnly { count += room(text) }
        for text in value.retryNever { count += room(text) }
        return count
    }

    var payloadByteCount: Int {
        var count = EventBody.fieldBytes(.args, value.arguments.count)
        for text in value.metadata { count += EventBody.fieldBytes(.metadata, text.utf8.count) }
        count += EventBody.fieldBytes(.sealed, value.sealed.count)
        return EventBody.withSalt(count)
    }
}

extension Created {
    /// The word of `onExhaustion` for a job that is cancelled and not failed when it is out of attempts.
    static let discard = "discard"
}

extension Box<Created> {
    /// Filled where it is: whatever else makes a job out of its fields copies its texts once more.
    convenience init(by actor: Actor, _ fields: inout BodyReader) throws(EventDamage) {
        try self.init(
            Created(name: "", queue: "", attempts: 1, salt: 0, arguments: []),
            finishedBy: { created throws(EventDamage) in
                created.actor = actor
                try created.fill(&fields)
            })
    }
}

extension Created {
    mutating func fill(_ fields: inout BodyReader) throws(EventDamage) {
        var (hasName, hasQueue) = (false, false)
        while let content = try fields.next() {
            switch content.field {
            case .name: (name, hasName) = (try content.text(), true)
            case .queue: (queue, hasQueue) = (try content.text(), true)
            default: try take(content)
            }
        }
        guard hasName, hasQueue else { throw .missingField }
        salt = fields.salt
    }

    /// What a job may have beside its name and queue.
    @inline(__always)
    mutating func take(_ content: BodyReader.Content) throws(EventDamage) {
        switch content.field {
        case .attempts: attempts = UInt32(clamping: content.number)
        case .argumentsVersion: argumentsVersion = content.number
        case .priority: priority = Int16(clamping: content.signed)
        case .due: due = content.instant
        case .expires: expires = content.instant
        case .key: key = try content.text()
        case .unique: if try content.text() == Uniqueness.waitingWord { uniqueness = .waiting }
        case .uniqueForMicroseconds: uniqueness = .window(microseconds: Int64(clamping: content.number))
        case .requestID: requestID = try content.text()
        case .retry: retry = try content.text()
        case .timeoutMicroseconds: timeoutMicroseconds = content.number
        case .tags: tags.append(try content.text())
        case .tenant: tenant = try content.text()
        case .limitKeys: limitKeys.append(try content.text())
        case .secret: secret.append(try content.text())
        case .display: display = try content.text()
        case .client: client = try content.text()
        case .batch: batch = content.number
        case .after:
            guard let dependency = Dependency(try content.text()) else { throw .badText }
            after.append(dependency)
        case .planned: planned = content.instant
        case .args: arguments = content.bytes
        case .metadata: metadata.append(try content.text())
        case .sealed: sealed = content.bytes
        case .onExhaustion: isDiscardedOnExhaustion = try content.text() == Created.discard
        case .retryOnly: retryOnly.append(try content.text())
        case .retryNever: retryNever.append(try content.text())
        case .rerunOf: rerunOf = content.number
        default: break
        }
    }
}
