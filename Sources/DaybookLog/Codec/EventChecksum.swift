package import DaybookModel

internal import CDaybookPlatform

/// The checksum of one event: over its number, so that a misplaced row shows, and over everything behind the
/// checksum itself.
package enum EventChecksum {
    @inline(__always)
    static func of(_ value: UnsafeRawBufferPointer, at sequence: SequenceNumber) -> UInt32 {
        let start = withUnsafeBytes(of: sequence.bigEndian) { daybook_crc32c(0, $0.baseAddress, 8) }
        return daybook_crc32c(start, value.baseAddress! + 4, value.count - 4)
    }

    @inline(__always)
    static func matches(_ value: UnsafeRawBufferPointer, at sequence: SequenceNumber) -> Bool {
        value.count >= EventHead.Offset.variable
            && UInt32(littleEndian: value.loadUnaligned(as: UInt32.self)) == of(value, at: sequence)
    }

    /// For those who show events and do not look at the chain.
    package static func require(_ value: UnsafeRawBufferPointer, at sequence: SequenceNumber) throws(LogError) {
        guard matches(value, at: sequence) else {
            throw LogError(
                .damaged, "Event \(sequence) is damaged: its checksum does not match; run `daybook log verify`.",
                at: sequence)
        }
    }
}
