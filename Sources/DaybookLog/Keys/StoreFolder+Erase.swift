// Erasing comes in an order that holds wherever somebody is stopped:
//
//     1. the event `erased`, in one turn with the last look at what speaks against it
//     2. all views, since they hold what could be read before
//     3. the tenant's key files, overwritten and taken away; the last, since they tell whether somebody was stopped
//
// From the event on nothing that belongs to an older job of the tenant is read from the log by anybody, nor put under a
// key again, whichever keys somebody still has (see `PayloadOpener` and `Turn`); so a process that goes on meanwhile
// can put nothing back into a view. If this one is stopped behind the event, the next erasure does the rest. It has an
// event of its own all the same: whether anything has come in since could only be told by whoever has all keys.

public import DaybookModel

/// What an erasure has come to.
public struct Erasure: Sendable, Equatable {
    /// Whose payloads were erased.
    public let tenant: String
    /// The event that says so. What belongs to the tenant's jobs from before it stays closed for ever.
    public let event: SequenceNumber
    /// How many keys were destroyed.
    public let keys: Int
    /// The event that erased him before, if one did.
    public let earlier: SequenceNumber?
    /// Whether keys were still here that the erasure before was to destroy: whoever began it was stopped.
    public let isFinishing: Bool
    /// The recurring jobs that were paused, because what they are to do was erased.
    public let paused: [String]
    /// What has to be looked at by a person, in sentences.
    public let unsure: [String]
}

extension StoreFolder {
    /// Erases what a tenant has put in so far; see the top of this file.
    package func erase(
        _ tenant: String, despiteHolds: Bool = false, now: @autoclosure () throws -> Instant, by actor: Actor,
        reason: String
    ) throws -> Erasure {
        let keys = try keysToErase()
        var search = try storage.read { try TenantSearch(for: tenant, in: $0) }
        let isKnown = try keys == nil || isMentioned(tenant, keys)
        while try storage.read({ try search.advance(rows: 16_384, wantsAny: !isKnown, in: $0) }) {}
        guard isKnown || search.hasJobs else {
            throw LogError(
                .notFound,
                "Nothing is known of a tenant \(tenant) in \(path): no key and no job has this name. Is it spelt so?")
        }
        var begun = Begun()
        try LogWriter(storage).turn(now: try now()) { turn in
            try turn.requireNothingStrange()
            begun = try begin(tenant, keys, despiteHolds ? nil : search, &turn, by: actor, reason: reason)
        }
        do {
            try removeViews()
        } catch {
            throw LogError(
                .unusable,
                """
                Event \(begun.event) erases \(tenant), but what followers have gathered in \(path)/views could not be \
                taken away: \(error). Delete that folder, then run it again.
                """)
        }
        try keys?.destroy(begun.doomed)
        return Erasure(
            tenant: tenant, event: begun.event, keys: begun.doomed.count, earlier: begun.earlier,
            isFinishing: begun.isFinishing, paused: begun.paused,
            unsure: try (keys?.unclear().map(Erasure.unclear) ?? [])
                + Erasure.open(storage.jobsInTheOpen(of: tenant)))
    }

    /// The keys in the folder; nil if the program supplies them and destroys them itself.
    private func keysToErase() throws(LogError) -> KeyFolder? {
        guard let keyring = storage.keyring, keyring.scope == .tenant else {
            throw LogError(
                .badInput,
                """
                The payloads of \(path) do not have a key for each tenant, so one tenant's cannot be erased. Begin \
                with `daybook keys begin --per tenant` in a new store.
                """)
        }
        guard !(keyring.source is KeysElsewhere) else {
            throw LogError(
                .badInput,
                "The keys of \(path) are supplied by the program that works with it; that has to erase, with "
                    + "`engine.erase(tenant:)`, when it has destroyed the key.")
        }
        return keyring.source as? KeyFolder
    }

    /// Whether anything but a job names the tenant.
    private func isMentioned(_ tenant: String, _ keys: KeyFolder?) throws -> Bool {
        if try keys?.doomed(tenant).isEmpty == false { return true }
        return try storage.read { log in
            guard try RetentionRows.erasure(of: tenant, in: log) == 0 else { return true }
            return try !recurring(of: tenant, in: log).isEmpty
        }
    }

    // MARK: In the turn

    private struct Begun {
        var event: SequenceNumber = 0
        var doomed: [KeyID] = []
        var earlier: SequenceNumber?
        var isFinishing = false
        var paused: [String] = []
    }

    /// Writes the event.
    private func begin(
        _ tenant: String, _ keys: KeyFolder?, _ search: TenantSearch?, _ turn: inout Turn, by actor: Actor,
        reason: String
    ) throws -> Begun {
        var search = search
        if let hold = try search?.hold(in: turn.transaction) {
            throw LogError(
                .refused,
                """
                A legal hold is \(hold), so nothing of \(tenant) is erased. `daybook retention list` shows all; \
                release it first, or say that it is to be done despite holds.
                """)
        }
        var begun = Begun()
        let earlier = try RetentionRows.erasure(of: tenant, in: turn.transaction)
        // Keys are made in turns, so while this one lasts there is no other.
        begun.doomed = try keys?.doomed(tenant) ?? []
        if earlier > 0 {
            begun.earlier = earlier
            begun.isFinishing = try keys?.left(tenant, by: earlier).isEmpty == false
        }
        let erased = Erased(tenant: tenant, howMany: UInt64(begun.doomed.count), reason: reason)
        switch try turn.perform(.erase(Box(erased), actor: actor)) {
        case .done(let event): begun.event = event
        case .refused(let refusal): throw refusal
        case let answer: preconditionFailure("\(answer) is no answer to an erasure")
        }
        for (definition, id) in try recurring(of: tenant, in: turn.transaction) {
            let pause = RecurringCommand.pause(
                definition, until: nil, reason: "its arguments were erased with \(tenant)", actor: actor)
            if case .done = try turn.perform(.recurring(Box(pause))) { begun.paused.append(id) }
        }
        return begun
    }

    /// The recurring jobs that make jobs of a tenant.
    private func recurring(
        of tenant: String, in log: any LogSnapshot
    ) throws -> [(definition: SequenceNumber, id: String)] {
        var found: [(SequenceNumber, String)] = []
        try RecurringBook.forEach(in: log) { definition, record in
            let set = try log.eventAtHand(record.version) { try Event($0, at: record.version, withPayload: false) }
            if case .recurringSet(let set)? = set?.body, set.value.job.tenant == tenant,
                !record.flags.contains(.isRemoved)
            {
                found.append((definition, record.id))
            }
            return true
        }
        return found
    }

    // MARK: Views

    private func removeViews() throws {
        let home = ViewHome(store: folder, identity: identity, host: host, mapSizeBytes: 0, isWritable: true)
        for id in try home.list() {
            _ = try home.alone { () throws(LogError) in
                if let folder = try home.folder(of: id) { try home.remove(id, folder) }
            }
        }
    }
}

extension Erasure {
    fileprivate static func open(_ jobs: Int) -> [String] {
        guard jobs > 0 else { return [] }
        return [
            jobs == 1
                ? "a job of his is from before the store was encrypted, and stands in the open"
                : "\(jobs) jobs of his are from before the store was encrypted, and stand in the open"
        ]
    }

    fileprivate static func unclear(_ problem: String) -> String {
        "whose key this is cannot be told, so it was left alone: \(problem)"
    }
}
