internal import DaybookLog
internal import DaybookModel

/// How what belongs to your users is kept secret in the log: arguments, results, what steps came to, errors, progress,
/// log lines, statistics and metadata are encrypted (AES-256-GCM) before they are appended.
///
///     var options = EngineOptions()
///     options.encryption = .perTenant
///     let engine = try JobEngine.open("daybook-data", options: options) { … }
///
/// Names, queues, tags, keys, tenants and reasons stay readable: queues and reports are made of them, so put nothing
/// secret there. What is decided for a store stays; every process that opens it with the command line or with this
/// library encrypts from then on, whatever its own options say.
public struct Encryption: Sendable {
    let scope: Keyring.Scope
    /// Nil where Daybook makes and keeps the keys.
    let supply: Supply?

    struct Supply: Sendable {
        let current: @Sendable (_ tenant: String?) throws -> SecretKey
        let named: @Sendable (_ id: [UInt8]) throws -> SecretKey?
    }

    /// One key for all, in the folder `keys` beside the log.
    public static let perStore = Encryption(scope: .store, supply: nil)

    /// A key for each tenant, and one for what belongs to none, in the folder `keys` beside the log. A tenant's key can
    /// be destroyed, and with it everything that he ever put in: see
    /// ``JobEngine/erase(tenant:despiteHolds:by:reason:)``.
    public static let perTenant = Encryption(scope: .tenant, supply: nil)

    /// Keys for each tenant that your program keeps, in a key service perhaps.
    ///
    /// `current` gives the key that is to be used from now on, which must be safe by then; `named` finds one by its id,
    /// and nil says that it was destroyed. Both are called often, from any thread: keep what you have fetched.
    public static func supplied(
        current: @escaping @Sendable (_ tenant: String?) throws -> SecretKey,
        named: @escaping @Sendable (_ id: [UInt8]) throws -> SecretKey?
    ) -> Encryption {
        Encryption(scope: .tenant, supply: Supply(current: current, named: named))
    }
}

/// A key that your program supplies.
public struct SecretKey: Sendable {
    /// Sixteen bytes that name it for ever; they stand with everything that is under it.
    public let id: [UInt8]
    /// Its 32 bytes.
    public let bytes: [UInt8]

    /// A key of that name.
    public init(id: [UInt8], bytes: [UInt8]) {
        self.id = id
        self.bytes = bytes
    }
}

/// A program's keys, as the log asks for them.
struct SuppliedKeys: KeySource {
    let supply: Encryption.Supply

    func current(
        for tenant: String?, after erasure: SequenceNumber, trace: (Bool) throws -> KeyTrace
    ) throws(LogError) -> PayloadKey {
        do {
            return try key(try supply.current(tenant), tenant)
        } catch let error as LogError {
            throw error
        } catch {
            throw LogError(.unusable, "The key of \(tenant ?? "no tenant") is not to be had: \(error)")
        }
    }

    func find(_ id: KeyID) -> FoundKey {
        do {
            guard let secret = try supply.named(id.bytes) else { return .missing }
            return .found(try key(secret, nil))
        } catch {
            return .unusable("\(error)")
        }
    }

    private func key(_ secret: SecretKey, _ tenant: String?) throws(LogError) -> PayloadKey {
        guard let id = KeyID(secret.id), secret.bytes.count == PayloadKey.secretByteCount else {
            throw LogError(
                .badInput, "A supplied key must have an id of \(KeyID.byteCount) bytes and 32 bytes of its own.")
        }
        return PayloadKey(id: id, tenant: tenant, made: .epoch, secret: secret.bytes)
    }
}
