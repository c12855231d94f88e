// Which key a tenant's newest payload is under stands in the log and nowhere else: a file of a key that was cut off, or
// is another tenant's, no more says whose it was than one that is gone. So before a key is made, or while files are no
// good, the log is looked through, from its end back. Each event is looked at once by a process, and only the newest
// are, unless there is a file of which cannot be told whose it is.

internal import DaybookModel
internal import Synchronization

/// What the log tells of a tenant's keys.
package struct KeyTrace: Sendable {
    /// The key that the tenant's newest payload is under, among what was looked at; nil if there is none, or a new key
    /// was taken since.
    let newest: KeyID?
    /// Whether all of the log was looked at that matters.
    let isWhole: Bool
    /// Whose the keys are whose payloads were seen.
    fileprivate let owners: [KeyID: String?]

    /// Whether nothing speaks against a key being the tenant's.
    func mayBe(_ key: KeyID, of tenant: String?) -> Bool { owners[key].map { $0 == tenant } ?? true }
}

/// What this process has found out about which keys are in use.
final class KeyUse: Sendable {
    private struct State {
        var owners: [KeyID: String?] = [:]
        /// Of each tenant, the newest event that was seen to use a key; no key if a new one was taken after that.
        var newest: [String?: (key: KeyID?, event: SequenceNumber)] = [:]
        /// What was looked at: the events from the one to the other.
        var first: SequenceNumber = 1
        var last: SequenceNumber = 0

        mutating func note(_ key: KeyID?, of tenant: String?, at sequence: SequenceNumber) {
            if let newer = newest[tenant], newer.event > sequence { return }
            newest[tenant] = (key, sequence)
        }
    }

    private let scope: Keyring.Scope
    private let eventsMax: Int
    private let eventsInDoubtMax: Int
    private let state = Mutex(State())

    /// So many events are looked at if nothing is known to be wrong, and so many if a file is no good.
    init(_ scope: Keyring.Scope, eventsMax: Int = 20_000, eventsInDoubtMax: Int = 1_000_000) {
        self.scope = scope
        self.eventsMax = eventsMax
        self.eventsInDoubtMax = eventsInDoubtMax
    }

    /// What there is of a tenant's from behind the event that erased him last.
    func trace(
        of tenant: String?, after erasure: SequenceNumber, isInDoubt: Bool, in log: any LogSnapshot
    ) throws -> KeyTrace {
        // Taken out, so that it is not copied.
        var seen = state.withLock { state in
            defer { state = State() }
            return state
        }
        try look(isInDoubt ? eventsInDoubtMax : eventsMax, isInDoubt: isInDoubt, &seen, log)
        let found = seen
        state.withLock { $0 = found }
        let newest = found.newest[tenant].flatMap { $0.event > erasure ? $0.key : nil }
        return KeyTrace(newest: newest, isWhole: found.first <= erasure + 1, owners: found.owners)
    }

    private func look(_ eventsMax: Int, isInDoubt: Bool, _ seen: inout State, _ log: any LogSnapshot) throws {
        let (last, known) = (try log.last, seen.last)
        var left = eventsMax
        if last > known {
            let stopped = try look(back: last, to: known, &left, &seen, log)
            if stopped > known + 1 {
                // Nobody knows what became of keys in between.
                seen.first = stopped
                seen.newest = seen.newest.filter { $0.value.event >= stopped }
            }
            seen.last = last
        }
        guard isInDoubt, seen.first > 1 else { return }
        seen.first = try look(back: seen.first - 1, to: 0, &left, &seen, log)
    }

    /// Looks at the events from one back to behind another; answers the first that was looked at.
    private func look(
        back from: SequenceNumber, to end: SequenceNumber, _ left: inout Int, _ seen: inout State,
        _ log: any LogSnapshot
    ) throws -> SequenceNumber {
        let end = max(end, try log.archivedThrough)
        var first = from + 1
        guard from > end else { return first }
        try log.eventsBackward(from: from) { sequence, value in
            guard left > 0, sequence > end else { return false }
            left -= 1
            first = sequence
            try take(value, at: sequence, &seen, log)
            return true
        }
        return first
    }

    private func take(
        _ value: UnsafeRawBufferPointer, at sequence: SequenceNumber, _ seen: inout State, _ log: any LogSnapshot
    ) throws {
        guard let head = try? EventHead(value, at: sequence) else { return }
        if head.kind == EventKind.keysChanged.rawValue {
            guard case .keysChanged(let changed)? = try? Event(value, at: sequence).body else { return }
            return seen.note(nil, of: changed.value.tenant, at: sequence)
        }
        guard let sealed = SealedEvent.content(of: value, head), let key = Keyring.keyName(of: sealed) else { return }
        let tenant: String?
        if let known = seen.owners[key] {
            tenant = known
        } else {
            guard EventChecksum.matches(value, at: sequence),
                case .known(let owner) = try owner(head, value, sequence, log)
            else { return }
            tenant = owner
            seen.owners[key] = .some(tenant)
        }
        seen.note(key, of: tenant, at: sequence)
    }

    private func owner(
        _ head: EventHead, _ value: UnsafeRawBufferPointer, _ sequence: SequenceNumber, _ log: any LogSnapshot
    ) throws -> KeyFile.Tenant {
        scope == .store ? .known(nil) : try PayloadOpener.owner(of: head, in: value, at: sequence, log)
    }
}
