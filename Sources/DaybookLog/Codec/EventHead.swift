package import DaybookModel

/// The parts of an event's value that come before its body, and where the body's parts lie. Reading one allocates
/// nothing.
package struct EventHead {
    package let isCommitEnd: Bool
    package let version: UInt8
    package let kind: UInt8
    package let time: Instant
    package private(set) var job: SequenceNumber = 0
    package private(set) var previous: SequenceNumber = 0
    package private(set) var cause: SequenceNumber = 0
    package private(set) var attempt: UInt32 = 0
    package private(set) var token: SequenceNumber = 0
    package private(set) var process: SequenceNumber = 0
    package private(set) var worker: UInt32 = 0
    /// Where the person's name lies; it is UTF-8. Empty if there is none, and `presence` tells whether there is one.
    package private(set) var person: Range<Int> = 0..<0
    package private(set) var recurring: SequenceNumber = 0
    package private(set) var facts: Range<Int>
    /// Empty if there is no payload.
    package private(set) var payload: Range<Int>

    let presence: Presence

    /// Who did it; `value` is what the head was read from.
    package func actor(in value: UnsafeRawBufferPointer) -> Actor {
        var name: String?
        if presence.contains(.person) { name = String(checkedUTF8: UnsafeRawBufferPointer(rebasing: value[person])) }
        return Actor(process: process, worker: worker, recurring: recurring, person: name)
    }

    /// Offsets of the fixed parts of a value.
    enum Offset {
        static let mark = 4
        static let version = 5
        static let kind = 6
        static let presence = 7
        static let time = 9
        static let variable = 17
    }

    /// Bits that say which of the variable parts are there.
    struct Presence: OptionSet {
        let rawValue: UInt16
        static let job = Presence(rawValue: 1 << 0)
        static let previous = Presence(rawValue: 1 << 1)
        static let cause = Presence(rawValue: 1 << 2)
        static let attempt = Presence(rawValue: 1 << 3)
        static let token = Presence(rawValue: 1 << 4)
        static let process = Presence(rawValue: 1 << 5)
        static let worker = Presence(rawValue: 1 << 6)
        static let person = Presence(rawValue: 1 << 7)
        static let recurring = Presence(rawValue: 1 << 8)
        static let payload = Presence(rawValue: 1 << 9)
        static let all = Presence(rawValue: (1 << 10) - 1)
    }

    /// Reads the head of the value of event `sequence`. Its checksum is the caller's to check.
    package init(_ value: UnsafeRawBufferPointer, at sequence: SequenceNumber) throws(EventDamage) {
        guard value.count >= Offset.variable else { throw .cutShort }
        guard value[Offset.mark] <= 1 else { throw .badMark }
        isCommitEnd = value[Offset.mark] == 1
        version = value[Offset.version]
        kind = value[Offset.kind]
        time = Instant(
            microseconds: Int64(littleEndian: value.loadUnaligned(fromByteOffset: Offset.time, as: Int64.self)))
        presence = Presence(
            rawValue: UInt16(littleEndian: value.loadUnaligned(fromByteOffset: Offset.presence, as: UInt16.self)))
        guard presence.isSubset(of: .all) else { throw .badPresence }
        let end = value.count - (isCommitEnd ? Seal.byteCount : 0)
        guard end >= Offset.variable else { throw .cutShort }
        facts = end..<end
        payload = end..<end
        var reader = ByteReader(value, Offset.variable..<end)
        try readParts(&reader, to: end, at: sequence)
        var payloadCount: UInt64 = 0
        if presence.contains(.payload) {
            payloadCount = try reader.varint()
            guard payloadCount >= 8, payloadCount <= UInt64(reader.remaining) else { throw .cutShort }
        }
        facts = end - reader.remaining..<end - Int(payloadCount)
        payload = facts.upperBound..<end
    }

    @inline(__always)
    private mutating func readParts(
        _ reader: inout ByteReader, to end: Int, at sequence: SequenceNumber
    ) throws(EventDamage) {
        if presence.contains(.job) { job = try reader.distance(from: sequence) }
        if presence.contains(.previous) { previous = try reader.distance(from: sequence) }
        if presence.contains(.cause) { cause = try reader.distance(from: sequence) }
        if presence.contains(.attempt) { attempt = try reader.small() }
        if presence.contains(.token) { token = try reader.distance(from: sequence) }
        if presence.contains(.process) { process = try reader.distance(from: sequence) }
        if presence.contains(.worker) { worker = try reader.small() }
        if presence.contains(.person) {
            let name = try reader.take(try reader.varint())
            guard UTF8Check.isValid(name) else { throw .badText }
            let end = end - reader.remaining
            person = end - name.count..<end
        }
        if presence.contains(.recurring) { recurring = try reader.distance(from: sequence) }
    }
}

extension ByteReader {
    /// A reference to an event at or before `sequence`.
    @inline(__always)
    fileprivate mutating func distance(from sequence: SequenceNumber) throws(EventDamage) -> SequenceNumber {
        let distance = try varint()
        guard distance < sequence else { throw .badReference }
        return sequence - distance
    }

    @inline(__always)
    fileprivate mutating func small() throws(EventDamage) -> UInt32 {
        guard let value = UInt32(exactly: try varint()) else { throw .badNumber }
        return value
    }
}
