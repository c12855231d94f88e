internal import DaybookModel

/// Which fields each kind of event writes, in the order in which they stand.
extension EventBody {
    func writeFacts(to fields: inout FieldWriter) {
        switch self {
        case .genesis(let genesis): genesis.value.writeFacts(to: &fields)
        case .gap(let gap): fields.text(.note, gap.note)
        case .restored(let box): box.value.writeFacts(to: &fields)
        case .keysChanged, .erased: writeKeyFacts(to: &fields)
        case .clockStepped(let microseconds): fields.signed(.stepMicroseconds, microseconds)
        case .processStarted(let box):
            let process = box.value
            fields.number(.processID, process.processID)
            fields.text(.host, process.host)
            fields.text(.user, process.user)
            fields.text(.program, process.program)
            fields.text(.boot, process.boot)
            if process.leaseMicroseconds != 0 { fields.number(.leaseMicroseconds, process.leaseMicroseconds) }
            fields.texts(.names, process.runs)
        case .created(let created), .carried(let created): created.writeFacts(to: &fields)
        case .checkpoint(let archived): archived.value.writeFacts(to: &fields)
        case .retentionSet(let set): set.value.writeFacts(to: &fields)
        case .held(let box), .released(let box): box.value.writeFacts(to: &fields)
        case .replaced(let replaced): replaced.value.writeFacts(to: &fields)
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
        case .stale(let late): late.value.writeFacts(to: &fields)
        case .snoozed(let until): fields.instant(.due, until)
        case .rescheduled(let until, let reason):
            fields.instant(.due, until)
            fields.text(.reason, reason)
        case .returned(let reason), .cancelled(let reason), .requeued(let reason), .parked(let reason),
            .purged(let reason):
            fields.text(.reason, reason)
        case .continued, .parentEnded, .parentReopened, .batchCreated, .batchSealed, .batchContinued, .batchEnded,
            .batchReopened, .batchCancelled:
            writeFlowFacts(to: &fields)
        case .rebuilt(let rows, let reason): EventBody.write(rows, reason, to: &fields)
        case .denied(let denied): denied.value.writeFacts(to: &fields)
        case .processAsked(let wish, let reason):
            fields.text(.what, wish.rawValue)
            fields.text(.reason, reason)
        case .queuePaused(let queue, let reason), .queueResumed(let queue, let reason):
            fields.text(.queue, queue)
            fields.text(.reason, reason)
        case .queueLimited(let limited): limited.value.writeFacts(to: &fields)
        case .limited(let scope), .limitOpened(let scope): fields.text(.limitedBy, scope)
        case .recurringSet(let set): set.value.writeFacts(to: &fields)
        case .recurringPaused(let step), .recurringResumed(let step), .recurringRemoved(let step), .fired(let step),
            .skipped(let step), .replanned(let step), .postponed(let step):
            step.value.writeFacts(to: &fields)
        case .logged(let logged):
            fields.number(.level, logged.value.level)
            fields.number(.howMany, logged.value.howMany)
        case .progressed(let progressed): fields.number(.fraction, progressed.value.millionths)
        case .stepped(let stepped): fields.text(.step, stepped.value.step)
        case .reported(let reported): fields.bytes(.counters, reported.value.counters)
        case .processStopped, .processLost, .enqueued, .claimed, .unknown: break
        }
    }

    private static func write(_ rows: UInt64, _ reason: String, to fields: inout FieldWriter) {
        fields.number(.howMany, rows)
        fields.text(.reason, reason)
    }

    private func writeFlowFacts(to fields: inout FieldWriter) {
        switch self {
        case .continued(let state, let cursor):
            fields.text(.state, state?.name)
            if cursor != 0 { fields.number(.cursor, cursor) }
        case .parentEnded(let parent, let state):
            fields.number(.parent, parent)
            fields.text(.state, state.name)
        case .parentReopened(let parent): fields.number(.parent, parent)
        case .batchCreated(let name, let outer):
            fields.text(.name, name)
            if outer != 0 { fields.number(.batch, outer) }
        case .batchSealed(let batch), .batchReopened(let batch): fields.number(.batch, batch)
        case .batchContinued(let batch, let cursor):
            fields.number(.batch, batch)
            if cursor != 0 { fields.number(.cursor, cursor) }
        case .batchEnded(let batch, let standing):
            fields.number(.batch, batch)
            fields.text(.state, standing.rawValue)
        case .batchCancelled(let batch, let reason):
            fields.number(.batch, batch)
            fields.text(.reason, reason)
        default: break
        }
    }

    func writePayload(to fields: inout FieldWriter) {
        switch self {
        case .created(let created), .carried(let created): created.writePayload(to: &fields)
        case .recurringSet(let box): Box(box.value.job).writePayload(to: &fields)
        case .replaced(let box):
            fields.salt(box.value.salt)
            fields.bytes(.args, box.value.arguments)
            fields.bytes(.sealed, box.value.sealed)
        case .succeeded(let success):
            fields.salt(success.salt)
            fields.bytes(.result, success.result)
        case .attemptFailed(let box), .failed(let box):
            let failure = box.value
            fields.salt(failure.salt)
            fields.text(.error, failure.error)
        case .stale(let late): late.value.writePayload(to: &fields)
        case .logged(let logged):
            fields.salt(logged.value.salt)
            fields.texts(.log, logged.value.lines)
        case .progressed(let progressed):
            fields.salt(progressed.value.salt)
            fields.text(.text, progressed.value.text)
        case .stepped(let stepped):
            fields.salt(stepped.value.salt)
            fields.bytes(.result, stepped.value.result)
        case .reported(let reported):
            fields.salt(reported.value.salt)
            fields.bytes(.statistics, reported.value.statistics)
        default: break
        }
    }

    /// Exactly what `writePayload` writes; 0 if there is nothing to write.
    var payloadByteCount: Int {
        let content: Int
        switch self {
        case .created(let created), .carried(let created): return created.payloadByteCount
        case .recurringSet(let box): return Box(box.value.job).payloadByteCount
        case .replaced(let box):
            content =
                EventBody.fieldBytes(.args, box.value.arguments.count)
                + EventBody.fieldBytes(.sealed, box.value.sealed.count)
        case .succeeded(let success): content = EventBody.fieldBytes(.result, success.result.count)
        case .attemptFailed(let box), .failed(let box):
            content = EventBody.fieldBytes(.error, box.value.error.utf8.count)
        case .stale(let late): content = late.value.payloadByteCount
        case .logged(let logged):
            content = logged.value.lines.reduce(0) { $0 + EventBody.fieldBytes(.log, $1.utf8.count) }
        case .progressed(let progressed): content = EventBody.fieldBytes(.text, progressed.value.text.utf8.count)
        case .stepped(let stepped): content = EventBody.fieldBytes(.result, stepped.value.result.count)
        case .reported(let reported): content = EventBody.fieldBytes(.statistics, reported.value.statistics.count)
        default: return 0
        }
        return EventBody.withSalt(content)
    }

    /// What a payload with so much in it takes, whose salt stands before it.
    static func withSalt(_ content: Int) -> Int { content == 0 ? 0 : content + MemoryLayout<UInt64>.size }

    /// More than the body can take, cheaply known: it is asked of every event, so it makes no list and copies no body.
    var byteCountMax: Int {
        switch self {
        case .created(let created), .carried(let created): created.byteCountMax
        case .checkpoint: 256
        case .retentionSet(let box): 96 + box.value.scope.utf8.count + box.value.reason.utf8.count
        case .held(let box), .released(let box): 64 + box.value.scope.utf8.count + box.value.reason.utf8.count
        case .replaced(let box):
            96 + box.value.arguments.count + box.value.sealed.count + room(box.value.client)
                + box.value.secret.reduce(0) { $0 + room($1) }
        case .succeeded(let success): 64 + success.result.count
        case .attemptFailed(let box), .failed(let box):
            96 + box.value.reason.utf8.count + box.value.errorType.utf8.count + box.value.error.utf8.count
        case .genesis(let box):
            160 + box.value.program.utf8.count + box.value.host.utf8.count + box.value.user.utf8.count
                + box.value.previousHead.count + box.value.identity.count + room(box.value.origin)
        case .processStarted(let box):
            96 + box.value.host.utf8.count + box.value.user.utf8.count + box.value.program.utf8.count
                + box.value.boot.utf8.count + box.value.runs.reduce(0) { $0 + room($1) }
        case .duplicate(let box):
            64 + room(box.value.key) + room(box.value.requestID) + room(box.value.client)
        case .gap(let gap): 32 + gap.note.utf8.count
        case .restored(let box):
            160 + box.value.previousHead.count + box.value.program.utf8.count + box.value.host.utf8.count
                + box.value.user.utf8.count
        case .keysChanged(let box): box.value.byteCountMax
        case .erased(let box): box.value.byteCountMax
        case .denied(let box):
            96 + box.value.permission.utf8.count + box.value.request.utf8.count + box.value.source.utf8.count
                + box.value.reason.utf8.count
        case .stale(let late): late.value.byteCountMax
        case .interrupted(let text, _), .rescheduled(_, let text), .returned(let text),
            .cancelled(let text), .requeued(let text), .parked(let text), .purged(let text), .rebuilt(_, let text),
            .processAsked(_, let text), .batchCreated(let text, _), .batchCancelled(_, let text):
            64 + text.utf8.count
        case .queuePaused(let queue, let reason), .queueResumed(let queue, let reason):
            64 + queue.utf8.count + reason.utf8.count
        case .queueLimited(let box): 96 + box.value.scope.utf8.count + box.value.reason.utf8.count
        case .limited(let scope), .limitOpened(let scope): 32 + scope.utf8.count
        case .recurringSet(let box): box.value.byteCountMax
        case .recurringPaused(let box), .recurringResumed(let box), .recurringRemoved(let box), .fired(let box),
            .skipped(let box), .replanned(let box), .postponed(let box):
            160 + box.value.reason.utf8.count + room(box.value.zoneData)
        case .logged(let logged): logged.value.lines.reduce(64) { $0 + room($1) }
        case .progressed(let progressed): 64 + progressed.value.text.utf8.count
        case .stepped(let stepped): 64 + stepped.value.step.utf8.count + stepped.value.result.count
        case .reported(let reported): 64 + reported.value.counters.count + reported.value.statistics.count
        case .processStopped, .processLost, .enqueued, .claimed, .snoozed, .clockStepped, .unknown, .continued,
            .parentEnded,
            .parentReopened, .batchSealed, .batchContinued, .batchEnded, .batchReopened:
            48
        }
    }

    static func fieldBytes(_ field: Field, _ count: Int) -> Int {
        guard count > 0 else { return 0 }
        return ByteWriter.varintBytes(UInt64(field.rawValue) << 2) + ByteWriter.varintBytes(UInt64(count)) + count
    }
}

extension Genesis {
    fileprivate func writeFacts(to fields: inout FieldWriter) {
        fields.bytes(.identity, identity)
        fields.number(.format, format)
        fields.text(.program, program)
        fields.bytes(.previousHead, previousHead)
        fields.text(.host, host)
        fields.text(.user, user)
        fields.number(.last, last == 0 ? nil : last)
        fields.text(.origin, origin)
    }
}

extension Restored {
    fileprivate func writeFacts(to fields: inout FieldWriter) {
        fields.number(.last, last)
        fields.bytes(.previousHead, previousHead)
        fields.text(.program, program)
        fields.text(.host, host)
        fields.text(.user, user)
    }
}

extension Denied {
    fileprivate func writeFacts(to fields: inout FieldWriter) {
        fields.text(.permission, permission)
        fields.text(.request, request)
        fields.text(.source, source)
        if howMany != 1 { fields.number(.howMany, howMany) }
        fields.text(.reason, reason)
    }
}

/// More than a field with this text can take.
@inline(__always)
func room(_ text: String?) -> Int {
    guard let text else { return 0 }
    return text.utf8.count + 16
}
