package import DaybookLog
public import DaybookModel

/// All triggers of one scheduled job at once, one after the other. Those to which what is asked does not apply (one
/// that is paused already, one that is broken) are left as they are; if it applies to none, it is refused.
extension RecurringJobs {
    /// Pauses all triggers of a group. Answers which.
    @discardableResult
    public func pause(
        group: String, until: Instant? = nil, reason: String = "", by person: String? = nil
    ) async throws -> [String] {
        try await each(group) { try await pause($0, until: until, reason: reason, by: person) }
    }

    /// Ends the pauses of all triggers of a group. Answers whose.
    @discardableResult
    public func resume(group: String, reason: String = "", by person: String? = nil) async throws -> [String] {
        try await each(group) { try await resume($0, reason: reason, by: person) }
    }

    /// Takes all triggers of a group out. Answers which.
    @discardableResult
    public func remove(group: String, reason: String = "", by person: String? = nil) async throws -> [String] {
        try await each(group) { try await remove($0, reason: reason, by: person) }
    }

    /// Makes a job of each trigger of a group now.
    @discardableResult
    public func trigger(
        group: String, reason: String = "", by person: String? = nil
    ) async throws -> [JobHandle<[UInt8]>] {
        var handles: [JobHandle<[UInt8]>] = []
        _ = try await each(group) { handles.append(try await trigger($0, reason: reason, by: person)) }
        return handles
    }

    private func each(_ group: String, _ body: (String) async throws -> Void) async throws -> [String] {
        var done: [String] = []
        var refused: Refusal?
        for id in try engine.read({ try RecurringBook.triggers(of: group, in: $0) }) {
            do {
                try await body(id)
                done.append(id)
            } catch let refusal as Refusal where refusal.isOfOneTrigger {
                refused = refusal
            }
        }
        if done.isEmpty, let refused { throw refused }
        return done
    }
}

extension RecurringBook {
    /// The ids of a group's triggers, in the order in which they came into being; refused if there are none.
    package static func triggers(of group: String, in log: any LogSnapshot) throws -> [String] {
        var ids: [String] = []
        try forEach(in: log) { _, record in
            if !record.flags.contains(.isRemoved), try log.group(of: record) == group { ids.append(record.id) }
            return true
        }
        guard !ids.isEmpty else {
            throw Refusal(.noSuchRecurring, "There is no recurring job of the group \(group).")
        }
        return ids
    }
}

extension LogSnapshot {
    /// The group stands in the event that set it.
    func group(of record: RecurringRecord) throws -> String? {
        guard
            case .recurringSet(let set)? = try event(
                record.version, { try Event($0, at: record.version, withPayload: false) })?.body
        else { return nil }
        return set.value.group
    }
}

extension Refusal {
    /// Whether it speaks of one trigger, and others of its group may be asked all the same.
    package var isOfOneTrigger: Bool { code == .wrongState || code == .noSuchRecurring }
}
