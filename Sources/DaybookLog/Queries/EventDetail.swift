package import DaybookModel

extension Event {
    /// What a person wants to know beyond the kind; whom it is about, where that is another process.
    package var detail: String {
        switch body {
        case .processAsked, .processLost: "process \(cause) \(body.detail)"
        default: body.detail
        }
    }
}

extension EventBody {
    /// What a person wants to know beyond the kind, on one line and without anybody's payload.
    package var detail: String {
        switch self {
        case .genesis(let genesis): "by \(genesis.value.user)@\(genesis.value.host), \(genesis.value.program)"
        case .gap(let gap): gap.note
        case .restored(let restored):
            "from a backup that ends with event \(restored.value.last), by "
                + "\(restored.value.user)@\(restored.value.host)"
        case .keysChanged(let changed):
            EventBody.joined(
                [changed.value.change.rawValue, changed.value.tenant.map { "tenant \($0)" }].compactMap { $0 }
                    .joined(separator: ", "), changed.value.reason)
        case .erased(let erased): EventBody.joined("tenant \(erased.value.tenant)", erased.value.reason)
        case .rebuilt(let rows, let reason): EventBody.joined("\(rows) rows", reason)
        case .clockStepped(let microseconds): "by \(Double(microseconds) / 1_000_000) s"
        case .processStarted(let started):
            "pid \(started.value.processID), \(started.value.program), \(started.value.user)@\(started.value.host)"
        case .processStopped, .processLost, .enqueued, .claimed: ""
        case .created(let created), .carried(let created): created.value.detail
        case .checkpoint(let archived): "events \(archived.value.first) to \(archived.value.last) are in an archive"
        case .retentionSet(let set): set.value.detail
        case .held(let hold), .released(let hold): EventBody.joined(hold.value.scope, hold.value.reason)
        case .duplicate(let duplicate):
            [duplicate.value.key.map { "key \($0)" }, duplicate.value.requestID.map { "request \($0)" }].compactMap {
                $0
            }.joined(separator: ", ")
        case .replaced(let replaced):
            "arguments of event \(replaced.value.original)"
                + (replaced.value.due.map { ", due \($0.forPeople)" } ?? "")
        case .returned(let reason): reason
        case .succeeded(let success): "after \(EventBody.seconds(success.ranMicroseconds))"
        case .attemptFailed(let failure), .failed(let failure): failure.value.detail
        case .interrupted(let reason, let charged): charged ? "\(reason), charged" : reason
        case .stale(let late): late.value.detail
        case .snoozed(let until): "until \(until.forPeople)"
        case .cancelled(let reason), .requeued(let reason), .parked(let reason), .purged(let reason): reason
        case .rescheduled(let until, let reason): EventBody.joined("until \(until.forPeople)", reason)
        case .continued(let state, let cursor):
            state.map { "\($0.name), those who wait are told" } ?? (cursor == 0 ? "all are told" : "up to \(cursor)")
        case .parentEnded(let parent, let state): "job \(parent) \(state.name)"
        case .batchCreated(let name, let outer):
            outer == 0 ? name : EventBody.joined("inside batch \(outer)", name)
        case .batchSealed(let batch), .batchReopened(let batch): "batch \(batch)"
        case .batchContinued(let batch, let cursor): "batch \(batch), " + (cursor == 0 ? "all" : "up to \(cursor)")
        case .batchEnded(let batch, let standing): "batch \(batch) \(standing.rawValue)"
        case .batchCancelled(let batch, let reason): EventBody.joined("batch \(batch)", reason)
        case .parentReopened(let parent): "job \(parent) was taken up again"
        case .denied(let denied): denied.value.detail
        case .processAsked(let wish, let reason): EventBody.joined(wish.rawValue, reason)
        case .queuePaused(let queue, let reason), .queueResumed(let queue, let reason): EventBody.joined(queue, reason)
        case .queueLimited(let limited): limited.value.detail
        case .limited(let scope): "by \(scope)"
        case .limitOpened(let scope): scope
        case .recurringSet(let set): set.value.detail
        case .recurringPaused(let step), .recurringResumed(let step), .recurringRemoved(let step), .fired(let step),
            .skipped(let step), .replanned(let step), .postponed(let step):
            step.value.detail
        case .logged(let logged): logged.value.detail
        case .progressed(let progressed): progressed.value.percent
        case .stepped(let stepped): stepped.value.step
        case .reported(let reported): String(decoding: reported.value.counters, as: UTF8.self)
        case .unknown(let kind, let version): "kind \(kind), version \(version): of a later release"
        }
    }

    package static func seconds(_ microseconds: UInt64) -> String {
        microseconds < 1_000
            ? "\(microseconds) µs"
            : microseconds < 1_000_000 ? "\(microseconds / 1_000) ms" : "\(microseconds / 1_000_000) s"
    }

    fileprivate static func joined(_ first: String, _ reason: String) -> String {
        reason.isEmpty ? first : "\(first): \(reason)"
    }
}

extension Denied {
    fileprivate var detail: String {
        let times = howMany == 1 ? "" : "\(howMany) times "
        let from = source.isEmpty ? "" : " from \(source)"
        return EventBody.joined("\(times)\(request)\(from)", reason.isEmpty ? permission : reason)
    }
}

extension RecurringSet {
    fileprivate var detail: String {
        var parts = [id, "job \(job.name)", schedule ?? "by hand"]
        if zone != ZoneTable.utc.name { parts.append(zone) }
        if let next = plan.planned { parts.append("next \(next.forPeople)") }
        if let broken { parts.append("broken: \(broken)") }
        return parts.joined(separator: ", ")
    }
}

extension RecurringStep {
    fileprivate var detail: String {
        var parts: [String] = []
        if howMany > 0 { parts.append("\(howMany) occurrences") }
        if let planned { parts.append("planned \(planned.forPeople)") }
        if let plannedLast { parts.append("to \(plannedLast.forPeople)") }
        if origin != .schedule { parts.append(origin.rawValue) }
        if let until { parts.append("until \(until.forPeople)") }
        if let next = plan.planned { parts.append("next \(next.forPeople)") }
        return EventBody.joined(
            "recurring job \(definition)", (parts + [reason].filter { !$0.isEmpty }).joined(separator: ", "))
    }
}

extension Created {
    fileprivate var detail: String {
        var parts = [name, "queue \(queue)"]
        if priority != 0 { parts.append("priority \(priority)") }
        if let due { parts.append("due \(due.forPeople)") }
        if let planned { parts.append("planned \(planned.forPeople)") }
        if let key { parts.append("key \(key)") }
        if batch != 0 { parts.append("batch \(batch)") }
        if rerunOf != 0 { parts.append("job \(rerunOf) once more") }
        let told = metadataByName
        if let replaced = told["daybook.replaces"] { parts.append("in the place of job \(replaced)") }
        if !after.isEmpty { parts.append("after \(after.map(\.description).joined(separator: " "))") }
        if !tags.isEmpty { parts.append("tags \(tags.joined(separator: " "))") }
        return EventBody.joined(parts.joined(separator: ", "), told["daybook.reason"] ?? "")
    }
}

extension RetentionSet {
    fileprivate var detail: String {
        let period = keepMicroseconds.map(RetentionSet.words) ?? "no rule"
        return EventBody.joined("\(scope), \(period)", reason)
    }

    /// A period of keeping, as people read it.
    package static func words(_ microseconds: UInt64) -> String {
        guard microseconds < forEver else { return "for ever" }
        return "for \(WallDuration(microseconds: Int64(microseconds)))"
    }
}

extension QueueLimited {
    fileprivate var detail: String {
        guard let limit else { return EventBody.joined("\(scope), no limit", reason) }
        return EventBody.joined("\(scope), \(limit.words)", reason)
    }
}

extension AttemptFailed {
    fileprivate var detail: String {
        let after = ranMicroseconds > 0 ? " after \(EventBody.seconds(ranMicroseconds))" : ""
        let next = due.map { ", due \($0.forPeople)" } ?? ""
        return EventBody.joined("\(errorType)\(after)", reason + next)
    }
}

extension LateEnd {
    fileprivate var detail: String {
        let after = ranMicroseconds > 0 ? " after \(EventBody.seconds(ranMicroseconds))" : ""
        let about = [step, errorType, reason].filter { !$0.isEmpty }.joined(separator: ", ")
        return EventBody.joined("\(what)\(after), too late", about)
    }
}

extension Logged {
    fileprivate var detail: String {
        let worst = UInt8(exactly: level).flatMap { LogLine.Level(rawValue: $0) }?.name ?? "level \(level)"
        return howMany == 1 ? "1 line, \(worst)" : "\(howMany) lines, \(worst) at most"
    }
}

extension Progressed {
    /// In the fewest digits that tell it: 50 %, 0.5 %.
    package var percent: String {
        let tenths = min(millionths, Progressed.wholeMillionths) / 1_000
        return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }
}
