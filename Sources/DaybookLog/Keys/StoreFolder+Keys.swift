package import DaybookModel

/// Encryption of a store's payloads. How they are encrypted stands in its log; the keys lie beside it, in `keys/`, or
/// wherever the program keeps them.
extension StoreFolder {
    /// What is to be encrypted how.
    package enum KeysFrom: String, Sendable {
        /// Made and kept here, in `keys/`.
        case folder
        /// Supplied by the program.
        case program
    }

    /// The store for whoever reads payloads: open, as far as the keys are there.
    package var opened: any LogStorage { storage.opened }

    /// How payloads are encrypted, if they are.
    package func encryption() throws -> (scope: Keyring.Scope, from: KeysFrom)? {
        guard let found = try storage.read({ try NameBook.encryption(in: $0) }) else { return nil }
        guard let scope = Keyring.Scope(rawValue: found.scope), let from = KeysFrom(rawValue: found.source) else {
            throw LogError(
                .unusable,
                "The payloads of \(path) are encrypted in a way that this release does not know. Use a newer one.")
        }
        return (scope, from)
    }

    /// Encrypts from now on, and writes down that it does. A store for which that is decided stays as it is.
    ///
    /// `source` has the keys where the program supplies them.
    package func encrypt(
        _ scope: Keyring.Scope, from source: (any KeySource)?, now: Instant, by actor: Actor, reason: String = ""
    ) throws {
        let from = source == nil ? KeysFrom.folder : .program
        if let decided = try encryption() {
            guard decided.scope == scope, decided.from == from else {
                throw LogError(
                    .badInput,
                    """
                    The payloads of \(path) are encrypted with \(decided.scope.words), from the \
                    \(decided.from.rawValue); that cannot be changed. Open it with the same.
                    """)
            }
        } else {
            try requireNobodyElse()
            _ = try LogWriter(storage).turn(now: now) {
                try $0.requireNothingStrange()
                return try $0.perform(
                    .changeKeys(
                        Box(KeysChanged(.begun, scope: scope.rawValue, source: from.rawValue, reason: reason)),
                        actor: actor))
            }
        }
        try use(scope, source)
    }

    /// Another process that has the store open does not know yet that payloads are to be encrypted.
    private func requireNobodyElse() throws {
        guard let other = try others().first(where: { $0.isAlive }) else { return }
        throw LogError(
            .refused,
            """
            \(other.facts?.program ?? "Another process") (pid \(other.facts?.processID ?? 0)) has \(path) open and \
            would go on without encryption. Stop it, then try again.
            """)
    }

    private func use(_ scope: Keyring.Scope, _ source: (any KeySource)?) throws(LogError) {
        let source = if let source { source } else { try keyFolder(scope) as any KeySource }
        storage.use(Keyring(scope, source, random: host.randomBytes))
    }

    /// Called when the folder has been opened: what its log says of encryption holds.
    func resumeEncryption() throws {
        // Whose ledgers mean nothing here is read for its facts only.
        guard storage.ledgersProblem == nil, let (scope, from) = try encryption() else { return }
        try use(scope, from == .program ? KeysElsewhere(path: path) : nil)
    }

    private func keyFolder(_ scope: Keyring.Scope) throws(LogError) -> any KeySource {
        // Who only reads makes nothing; without keys everything stays closed.
        guard reserve != nil else {
            guard try folder.status(of: KeyFolder.name) != nil else { return NoKeys() }
            return KeyFolder(
                try folder.existingFolder(KeyFolder.name), try owner(), host, isForAll: scope == .store)
        }
        let isNew = try folder.status(of: KeyFolder.name) == nil
        let keys = KeyFolder(try folder.folder(KeyFolder.name), try owner(), host, isForAll: scope == .store)
        try owner().take([KeyFolder.name], in: folder)
        if isNew { try folder.flush() }
        return keys
    }

    private func owner() throws(LogError) -> StoreOwner {
        let user = try folder.status().owner
        return StoreOwner(user: user, isSomebodyElse: user != host.effectiveUser)
    }

    // MARK: Keys in the folder

    private func ownKeys() throws(LogError) -> KeyFolder {
        guard let keyring = storage.keyring else {
            throw LogError(
                .badInput, "The payloads of \(path) are not encrypted. Begin with `daybook keys begin`.")
        }
        if let keys = keyring.source as? KeyFolder { return keys }
        throw keyring.source is NoKeys
            ? LogError(.notFound, "\(path)/keys is not there. Put it back from wherever keys are kept safe.")
            : LogError(
                .badInput, "The keys of \(path) are supplied by the program that works with it; ask it.")
    }

    /// The keys that there are, the oldest first.
    package func keys() throws(LogError) -> [PayloadKey] { try ownKeys().all() }

    /// What is wrong with files of keys, in sentences.
    package func keyProblems() throws(LogError) -> [String] { try ownKeys().problems() }

    /// A new key for what is encrypted from now on.
    package func rotateKey(
        of tenant: String?, now: @autoclosure () throws -> Instant, by actor: Actor, reason: String
    ) throws -> PayloadKey {
        let keys = try ownKeys()
        var made: PayloadKey?
        return try LogWriter(storage).turn(now: try now()) { turn in
            try turn.requireNothingStrange()
            // The body may run more than once, and one new key is enough.
            let erasure = try tenant.map { try RetentionRows.erasure(of: $0, in: turn.transaction) } ?? 0
            let key = try made ?? keys.rotate(tenant, after: erasure)
            made = key
            _ = try turn.perform(
                .changeKeys(Box(KeysChanged(.rotated, tenant: tenant, reason: reason)), actor: actor))
            return key
        }
    }
}

/// The keys are not for this process: what is under them stays closed, and nothing can be put under them.
struct KeysElsewhere: KeySource {
    let path: String

    func current(
        for tenant: String?, after erasure: SequenceNumber, trace: (Bool) throws -> KeyTrace
    ) throws(LogError) -> PayloadKey {
        throw LogError(
            .unusable,
            """
            The payloads of \(path) are encrypted with keys that this program does not have. Enqueue and work with the \
            program that supplies them.
            """)
    }

    func find(_ id: KeyID) -> FoundKey { .elsewhere }
}

/// Whoever only reads a store without the folder `keys` has none.
struct NoKeys: KeySource {
    func current(
        for tenant: String?, after erasure: SequenceNumber, trace: (Bool) throws -> KeyTrace
    ) throws(LogError) -> PayloadKey {
        throw LogError(.unusable, "The store was opened to be read.")
    }

    func find(_ id: KeyID) -> FoundKey { .missing }
}
