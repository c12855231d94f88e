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
    package let secret: [UInt8]

    package init(id: KeyID, tenant: String?, made: Instant, secret: [UInt8]) {
        self.id = id
        self.tenant = tenant
        self.made = made
        self.secret = secret
    }
}

/// Where keys come from.
package protocol KeySource: Sendable {
    /// The key that a tenant's payloads are to be encrypted with from now on. It is kept safe before this returns: what
    /// is encrypted with it must be readable after a crash.
    func current(for tenant: String?) throws(LogError) -> PayloadKey

    /// The key of that name; nil if it was destroyed or is not for this process.
    func key(_ id: KeyID) -> PayloadKey?
}
