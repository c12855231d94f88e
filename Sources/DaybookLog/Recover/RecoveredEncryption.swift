// Whether a recovered store goes on encrypting. The event that says so may be among those that are missing; then
// everything new would stand in clear, and nobody would notice. So if the damaged ledgers say that payloads are
// encrypted, or any of those that were found is under a key, the new log says it again.

internal import DaybookModel

/// What payloads that were found say of their keys.
struct FoundKeys {
    /// Some payload is under a key.
    private(set) var isSealed = false
    /// One key was used for the payloads of several tenants, or for those of one and of none.
    private(set) var isShared = false
    /// Of each key the first tenant whose payload is under it; an inner nil for none.
    private var tenants: [KeyID: String?] = [:]

    private static let keysMax = 100_000

    mutating func note(_ value: UnsafeRawBufferPointer, _ head: EventHead) {
        guard let sealed = SealedEvent.content(of: value, head), let key = Keyring.keyName(of: sealed) else { return }
        isSealed = true
        let isCreation = head.kind == EventKind.created.rawValue || head.kind == EventKind.carried.rawValue
        guard isCreation, !isShared, let event = try? Event(value, head) else { return }
        switch event.body {
        case .created(let created), .carried(let created): note(key, created.value.tenant)
        default: break
        }
    }

    private mutating func note(_ key: KeyID, _ tenant: String?) {
        if let known = tenants[key] {
            isShared = known != tenant
        } else if tenants.count < FoundKeys.keysMax {
            tenants[key] = .some(tenant)
        }
    }
}

/// How a recovered store goes on encrypting although what said so is missing.
package struct RecoveredEncryption: Equatable, Sendable {
    package let scope: Keyring.Scope
    package let source: StoreFolder.KeysFrom
    /// Whether the damaged ledgers say so. Else it is what the payloads and the folder `keys` look like.
    package let isKnown: Bool

    private static let reason = "what said so before is missing in the damaged store"

    /// Says in the new log that payloads are encrypted, if they were and it does not. Nil if there was nothing to say.
    init?(
        goingOnIn storage: any LogStorage, _ writer: LogWriter, _ found: FoundKeys, _ ledgers: DamagedLedgers,
        _ store: FolderDescriptor, now: Instant
    ) throws {
        guard try storage.read({ try NameBook.encryption(in: $0) }) == nil else { return nil }
        if let (scope, source) = try RecoveredEncryption.told(by: ledgers) {
            (self.scope, self.source, isKnown) = (scope, source, true)
        } else {
            guard found.isSealed else { return nil }
            // With a key for each tenant each can be erased; that one key was for all has to be seen.
            scope = found.isShared ? .store : .tenant
            source = RecoveredEncryption.hasKeys(store) ? .folder : .program
            isKnown = false
        }
        let changed = KeysChanged(
            .begun, scope: scope.rawValue, source: source.rawValue, reason: RecoveredEncryption.reason)
        _ = try writer.turn(now: now) { try $0.perform(.changeKeys(Box(changed), actor: .system)) }
    }

    private static func told(by ledgers: DamagedLedgers) throws -> (Keyring.Scope, StoreFolder.KeysFrom)? {
        var told: (Keyring.Scope, StoreFolder.KeysFrom)?
        try ledgers.forEachRow(of: .names) { key, value in
            guard let (scope, source) = NameBook.encryption(inRow: key, value),
                let scope = Keyring.Scope(rawValue: scope), let source = StoreFolder.KeysFrom(rawValue: source)
            else { return }
            told = (scope, source)
        }
        return told
    }

    /// Keys that a program supplies never lie beside the store.
    private static func hasKeys(_ store: FolderDescriptor) -> Bool {
        guard let keys = try? store.existingFolder(KeyFolder.name), let names = try? keys.entries() else {
            return false
        }
        return names.contains { KeyFile.id($0) != nil }
    }
}
