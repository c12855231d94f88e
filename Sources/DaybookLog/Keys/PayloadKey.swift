package import DaybookModel

/// Names a key: sixteen random bytes. Every payload says by this which key it is under.
package struct KeyID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package static let byteCount = 16
    package let bytes: [UInt8]

    package init?(_ bytes: [UInt8]) {
        guard bytes.count == KeyID.byteCount else { return nil }
        self.bytes = bytes
    }

    package var description: String { bytes.withUnsafeBytes { Hexadecimal.text($0) } }

    package static func < (left: KeyID, right: KeyID) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}

/// A key that payloads are encrypted with, and whose they are.
package struct PayloadKey: Equatable, Sendable {
    package static let secretByteCount = 32

    package let id: KeyID
    /// Nil for the key of what belongs to no tenant.
    package let tenant: String?
    package let made: Instant
    /// The event that had erased the tenant last when it was made; 0 if none had.
    package let after: SequenceNumber
    package let secret: [UInt8]
    /// Whether a check value says that the secret is the one that belongs to the name.
    package let isChecked: Bool

    package init(
        id: KeyID, tenant: String?, made: Instant, after: SequenceNumber = 0, secret: [UInt8], isChecked: Bool = false
    ) {
        self.isChecked = isChecked
        self.id = id
        self.tenant = tenant
        self.made = made
        self.after = after
        self.secret = secret
    }
}

/// Where keys come from.
package protocol KeySource: Sendable {
    /// The key that a tenant's payloads are to be encrypted with from now on. It is kept safe before this returns: what
    /// is encrypted with it must be readable after a crash. It was made after the event that erased the tenant last,
    /// and before any later one: who asks has the log to himself.
    ///
    /// `trace` tells what the log knows of the tenant's keys, for whoever would make one; asked with true, it looks
    /// further back.
    func current(
        for tenant: String?, after erasure: SequenceNumber, trace: (Bool) throws -> KeyTrace
    ) throws -> PayloadKey

    /// The key of that name, or why it is not to be had.
    func find(_ id: KeyID) -> FoundKey

    /// A payload did not open with the key: what is known of it is to be read anew.
    func doubt(_ id: KeyID)

    /// Whether a key says whose it is.
    var knowsTenants: Bool { get }
}

extension KeySource {
    package func doubt(_ id: KeyID) {}
    package var knowsTenants: Bool { false }
}

/// What there is under a key's name.
package enum FoundKey: Sendable {
    case found(PayloadKey)
    case missing
    /// It is there and no good, for this reason.
    case unusable(String)
    /// Only the program that supplies keys has them.
    case elsewhere
}

/// Why what is encrypted cannot be read here.
public enum ClosedPayload: Equatable, Sendable, CustomStringConvertible {
    /// It was erased with its tenant.
    case erased
    /// The key of this name is not here.
    case keyMissing(String)
    /// The key that is here under this name is not the one that it was encrypted with.
    case keyWrong(String)
    /// The key of this name is here and no good, for the reason that stands behind it.
    case keyUnusable(String, String)
    /// The keys are supplied by the program that works with the store.
    case keysElsewhere
    /// Its key is here and right, and does not open it.
    case damaged
    /// A newer release encrypted it.
    case unknownForm

    /// What it is instead of readable.
    public var description: String {
        switch self {
        case .erased: "erased"
        case .keyMissing(let key): "encrypted, and key \(key) is not here"
        case .keyWrong(let key): "encrypted, and key \(key) is not the one that it was encrypted with"
        // Where the key's file lies is for those who look after the store.
        case .keyUnusable(let key, _): "encrypted, and key \(key) cannot be used; see `daybook doctor`"
        case .keysElsewhere: "encrypted with keys that only the program that supplies them has"
        case .damaged: "encrypted and damaged; see `daybook log verify`"
        case .unknownForm: "encrypted in a form that this release does not know"
        }
    }

    /// One word for programs.
    public var word: String {
        switch self {
        case .erased: "erased"
        case .keyMissing: "keyMissing"
        case .keyWrong: "keyWrong"
        case .keyUnusable: "keyUnusable"
        case .keysElsewhere: "keysElsewhere"
        case .damaged: "damaged"
        case .unknownForm: "unknownForm"
        }
    }
}
