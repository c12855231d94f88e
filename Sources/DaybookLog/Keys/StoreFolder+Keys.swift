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
                    The payloads of \(path) are encrypted with a key for each \(decided.scope.rawValue), from the \
                    \(decided.from.rawValue); that cannot be changed. Open it with the same.
                    """)
            }
        } else {
            try requireNobodyElse()
            _ = try LogWriter(storage).turn(now: now) {
                try $0.perform(
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
            .badInput,
            """
            \(other.facts?.program ?? "Another process") (pid \(other.facts?.processID ?? 0)) has \(path) open and \
            would go on without encryption. Stop it, then try again.
            """)
    }

    private func use(_ scope: Keyring.Scope, _ source: (any KeySource)?) throws(LogError) {
        let source = if let source { source } else { try keyFolder() as any KeySource }
        storage.use(Keyring(scope, source, random: host.randomBytes))
    }

    /// Called when the folder has been opened: what its log says of encryption holds.
    func resumeEncryption() throws {
        // Whose ledgers mean nothing here is read for its facts only.
        guard storage.ledgersProblem == nil, let (scope, from) = try encryption() else { return }
        try use(scope, from == .program ? KeysElsewhere(path: path) : nil)
    }

    private func keyFolder() throws(LogError) -> any KeySource {
        // Who only reads makes nothing; without keys everything stays closed.
        guard reserve != nil else {
            guard try folder.status(of: KeyFolder.name) != nil else { return KeysElsewhere(path: path) }
            return KeyFolder(try folder.existingFolder(KeyFolder.name), try owner(), host)
        }
        let keys = KeyFolder(try folder.folder(KeyFolder.name), try owner(), host)
        try owner().take([KeyFolder.name], in: folder)
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
        guard let keys = keyring.source as? KeyFolder else {
            throw LogError(
                .badInput, "The keys of \(path) are supplied by the program that works with it; ask it.")
        }
        return keys
    }

    /// The keys that there are, the oldest first.
    package func keys() throws(LogError) -> [PayloadKey] { try ownKeys().all() }

    /// A new key for what is encrypted from now on.
    package func rotateKey(of tenant: String?, now: Instant, by actor: Actor, reason: String) throws -> PayloadKey {
        let key = try ownKeys().rotate(tenant)
        _ = try LogWriter(storage).turn(now: now) {
            try $0.perform(
                .changeKeys(Box(KeysChanged(.rotated, tenant: tenant, reason: reason)), actor: actor))
        }
        return key
    }

    /// Destroys the keys of a tenant, and every view, since views hold what could be read before: they are built anew
    /// without it. Says how many keys that were; the log says who did it.
    package func erase(_ tenant: String, now: Instant, by actor: Actor, reason: String) throws -> Int {
        guard storage.keyring?.scope == .tenant else {
            throw LogError(
                .badInput,
                """
                The payloads of \(path) do not have a key for each tenant, so one tenant's cannot be erased. Begin \
                with `daybook keys begin --per tenant` in a new store.
                """)
        }
        let count = try ownKeys().destroy(tenant)
        try removeViews()
        _ = try LogWriter(storage).turn(now: now) {
            try $0.perform(
                .erase(Box(Erased(tenant: tenant, howMany: UInt64(count), reason: reason)), actor: actor))
        }
        // What was posted between the two was read with a key that this process still had.
        try removeViews()
        return count
    }

    private func removeViews() throws {
        let home = ViewHome(store: folder, identity: identity, host: host, mapSizeBytes: 0, isWritable: true)
        for id in try home.list() {
            _ = try home.alone { () throws(LogError) in
                if let folder = try home.folder(of: id) { try home.remove(id, folder) }
            }
        }
    }
}

/// The keys are not for this process: what is under them stays closed, and nothing can be put under them.
struct KeysElsewhere: KeySource {
    let path: String

    func current(for tenant: String?) throws(LogError) -> PayloadKey {
        throw LogError(
            .unusable,
            """
            The payloads of \(path) are encrypted with keys that this program does not have. Enqueue and work with the \
            program that supplies them.
            """)
    }

    func key(_ id: KeyID) -> PayloadKey? { nil }
}
