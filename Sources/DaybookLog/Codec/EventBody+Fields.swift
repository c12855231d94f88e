internal import DaybookModel

/// Which fields each kind of event writes, in the order in which they stand.
extension EventBody {
    func writeFacts(to fields: inout FieldWriter) {
        switch self {
        case .genesis(let box):
            let genesis = box.value
            fields.bytes(.identity, genesis.identity)
            fields.number(.format, genesis.format)
            fields.text(.program, genesis.program)
            fields.bytes(.previousHead, genesis.previousHead)
            fields.text(.host, genesis.host)
            fields.text(.user, genesis.user)
        case .gap(let gap): fields.text(.note, gap.note)
        case .clockStepped(let microseconds): fields.signed(.stepMicroseconds, microseconds)
        case .processStarted(let box):
            let process = box.value
            fields.number(.processID, process.processID)
            fields.text(.host, process.host)
            fields.text(.user, process.user)
            fields.text(.program, process.program)
            fields.text(.boot, process.boot)
        case .created(let created): created.value.writeFacts(to: &fields)
        case .duplicate(let box):
            let duplicate = box.value
            fields.text(.key, duplicate.key)
            fields.text(.requestID, duplicate.requestID)
            fields.text(.client, duplicate.client)
        case .succeeded(let success): fields.number(.ranMicroseconds, success.ranMicroseconds)
        case .attemptFailed(let box), .failed(let box):
            let failure = box.value
            fields.instant(.due, failure.due)
            fields.text(.reason, failure.reason)
            fields.text(.errorType, failure.errorType)
            fields.number(.ranMicroseconds, failure.ranMicroseconds)
        case .interrupted(let reason, let charged):
            fields.text(.reason, reason)
            fields.flag(.charged, charged)
        case .stale(let what): fields.text(.what, what)
        case .snoozed(let until): fields.instant(.due, until)
        case .rescheduled(let until, let reason):
            fields.instant(.due, until)
            fields.text(.reason, reason)
        case .returned(let reason), .cancelled(let reason), .requeued(let reason), .parked(let reason),
            .purged(let reason):
            fields.text(.reason, reason)
        case .rebuilt(let rows, let reason):
            fields.number(.howMany, rows)
            fields.text(.reason, reason)
        case .queuePaused(let queue, let reason), .queueResumed(let queue, let reason):
            fields.text(.queue, queue)
            fields.text(.reason, reason)
        case .processStopped, .processLost, .enqueued, .claimed, .unknown: break
        }
    }

    func writePayload(to fields: inout FieldWriter) {
        switch self {
        case .created(let box):
            let created = box.value
            fields.salt(created.salt)
            fields.bytes(.args, created.arguments)
            fields.texts(.metadata, created.metadata)
        case .succeeded(let success):
            fields.salt(success.salt)
            fields.bytes(.result, success.result)
        case .attemptFailed(let box), .failed(let box):
            let failure = box.value
            fields.salt(failure.salt)
            fields.text(.error, failure.error)
        default: break
        }
    }

    /// Exactly what `writePayload` writes; 0 if there is nothing to write.
    var payloadByteCount: Int {
        let content: Int
        switch self {
        case .created(let box):
            let created = box.value
            content =
                EventBody.fieldBytes(.args, created.arguments.count)
                + created.metadata.reduce(0) { $0 + EventBody.fieldBytes(.metadata, $1.utf8.count) }
        case .succeeded(let success): content = EventBody.fieldBytes(.result, success.result.count)
        case .attemptFailed(let box), .failed(let box):
            let failure = box.value
            content = EventBody.fieldBytes(.error, failure.error.utf8.count)
        default: return 0
        }
        return content == 0 ? 0 : content + MemoryLayout<UInt64>.size
    }

    /// More than the body can take, cheaply known.
    var byteCountMax: Int {
        switch self {
        case .created(let box):
            let created = box.value
            let texts = [created.name, created.queue].reduce(0) { $0 + $1.utf8.count }
            let rare = created.rareBytesMax
            return 160 + texts + rare + created.arguments.count
        case .succeeded(let success): return 64 + success.result.count
        case .attemptFailed(let box), .failed(let box):
            let failure = box.value
            return 96 + failure.reason.utf8.count + failure.errorType.utf8.count + failure.error.utf8.count
        case .genesis(let box):
            let genesis = box.value
            return 160 + genesis.program.utf8.count + genesis.host.utf8.count + genesis.user.utf8.count
                + genesis.previousHead.count + genesis.identity.count
        case .processStarted(let box):
            let process = box.value
            return 96 + process.host.utf8.count + process.user.utf8.count + process.program.utf8.count
                + process.boot.utf8.count
        case .duplicate(let box):
            let duplicate = box.value
            return 64 + [duplicate.key, duplicate.requestID, duplicate.client].reduce(0) { $0 + ($1?.utf8.count ?? 0) }
        case .gap(let gap): return 32 + gap.note.utf8.count
        case .interrupted(let text, _), .stale(let text), .rescheduled(_, let text), .returned(let text),
            .cancelled(let text), .requeued(let text), .parked(let text), .purged(let text), .rebuilt(_, let text):
            return 64 + text.utf8.count
        case .queuePaused(let queue, let reason), .queueResumed(let queue, let reason):
            return 64 + queue.utf8.count + reason.utf8.count
        case .processStopped, .processLost, .enqueued, .claimed, .snoozed, .clockStepped, .unknown: return 32
        }
    }

    private static func fieldBytes(_ field: Field, _ count: Int) -> Int {
        guard count > 0 else { return 0 }
        return ByteWriter.varintBytes(UInt64(field.rawValue) << 2) + ByteWriter.varintBytes(UInt64(count)) + count
    }
}

extension Created {
    fileprivate func writeFacts(to fields: inout FieldWriter) {
        fields.text(.name, name)
        fields.text(.queue, queue)
        fields.number(.attempts, UInt64(attempts))
        if argumentsVersion != 0 { fields.number(.argumentsVersion, argumentsVersion) }
        fields.signed(.priority, Int64(priority))
        fields.instant(.due, due)
        fields.instant(.expires, expires)
        fields.text(.key, key)
        fields.text(.requestID, requestID)
        fields.text(.retry, retry)
        fields.number(.timeoutMicroseconds, timeoutMicroseconds)
        fields.texts(.tags, tags)
        fields.text(.tenant, tenant)
        fields.text(.display, display)
        fields.text(.client, client)
    }

    fileprivate var rareBytesMax: Int {
        var count = 0
        for text in [key, requestID, retry, tenant, display, client] { count += text.map { $0.utf8.count + 16 } ?? 0 }
        for text in tags { count += text.utf8.count + 16 }
        for text in metadata { count += text.utf8.count + 16 }
        return count
    }
}
