/// Values packed into bytes, for the keys and the values of a follower's rows.
///
/// The bytes sort as the values do, part by part, so a key's first parts are a prefix under which rows stand together:
///
///     try rows.put(Packed("error", event.time, job.rawValue), Packed(text))
///     try view.walk(Packed("error")) { key, value in
///         let (_, time, job) = try key.unpacked(as: String.self, Instant.self, UInt64.self)
///         …
///     }
///
/// What the parts are is not written down: unpack what was packed. Any bytes will do as well: `Packed(bytes: json)`.
public struct Packed: Hashable, Sendable {
    /// The packed bytes.
    public var bytes: [UInt8]

    /// These bytes as they are.
    @inlinable
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The parts, one behind the other.
    @inlinable
    public init<each Part: PackedPart>(_ part: repeat each Part) {
        bytes = []
        bytes.reserveCapacity(32)
        repeat (each part).pack(into: &bytes)
    }

    /// The parts again. Throws ``PackedError`` unless the bytes are just that.
    @inlinable
    public func unpacked<each Part: PackedPart>(
        as type: repeat (each Part).Type
    ) throws(PackedError) -> (repeat each Part) {
        var reader = PackedReader(bytes)
        let parts = (repeat try (each Part).unpack(from: &reader))
        try reader.finish()
        return parts
    }
}

/// Bytes do not hold the parts that were asked for.
public struct PackedError: Error, Hashable, CustomStringConvertible {
    @inlinable
    init() {}

    /// A sentence for a person.
    public var description: String {
        "A row does not hold the parts that were asked for. Unpack what was packed, and raise the follower's version "
            + "when that changes."
    }
}

/// Takes parts off the front of packed bytes.
public struct PackedReader {
    @usableFromInline let bytes: [UInt8]
    @usableFromInline var position = 0

    @inlinable
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether all was taken.
    @inlinable
    public var isAtEnd: Bool { position == bytes.count }

    /// The next byte.
    @inlinable
    public mutating func byte() throws(PackedError) -> UInt8 {
        guard position < bytes.count else { throw PackedError() }
        defer { position += 1 }
        return bytes[position]
    }

    /// The next eight bytes as a number, the highest first.
    @inlinable
    public mutating func number() throws(PackedError) -> UInt64 {
        guard bytes.count - position >= 8 else { throw PackedError() }
        defer { position += 8 }
        return bytes.withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt64.self)) }
    }

    @inlinable
    func finish() throws(PackedError) {
        guard isAtEnd else { throw PackedError() }
    }
}
