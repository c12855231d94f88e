// A number alone does not say which event it means: a store that was restored from an older backup hands out numbers
// again that others have seen before. So whoever keeps a place in a log, to come back to it, keeps with the number a
// checksum of the event that stood there. It is taken of what the event says, not of the commit it stood in, so that a
// place outlives an import and a recovery.

public import DaybookModel

internal import CDaybookPlatform

/// A place in a log that can be kept anywhere and gone on from, unless the log has become another one since.
///
///     let text = try engine.position(of: event.sequence).description      // "5000-1a2b3c4d"
///     for try await event in engine.events(after: LogPosition(text)!) { … }
public struct LogPosition: Hashable, Sendable, LosslessStringConvertible {
    /// The number of the event; 0 before the first.
    public let sequence: SequenceNumber
    private let mark: UInt32

    /// Before the first event of any log.
    public static let start = LogPosition(sequence: 0, mark: 0)

    private init(sequence: SequenceNumber, mark: UInt32) {
        self.sequence = sequence
        self.mark = mark
    }

    /// The place of the event with this value.
    package init(_ sequence: SequenceNumber, _ value: UnsafeRawBufferPointer) {
        let seal = Seal(of: value) == nil ? 0 : Seal.byteCount
        let said = value[EventHead.Offset.version..<max(EventHead.Offset.version, value.count - seal)]
        let start = withUnsafeBytes(of: sequence.bigEndian) { daybook_crc32c(0, $0.baseAddress, 8) }
        self.init(sequence: sequence, mark: UnsafeRawBufferPointer(rebasing: said).withChecksum(from: start))
    }

    /// Reads what `description` wrote.
    public init?(_ description: String) {
        if description == "0" {
            self = .start
            return
        }
        let parts = description.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count == 8, let sequence = SequenceNumber(parts[0]), sequence > 0,
            let mark = UInt32(parts[1], radix: 16)
        else { return nil }
        self.init(sequence: sequence, mark: mark)
    }

    /// The number and eight hexadecimal digits.
    public var description: String {
        guard sequence > 0 else { return "0" }
        let digits = String(mark, radix: 16)
        return "\(sequence)-" + String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Refuses a log in which something else stands at this place, or nothing.
    package func require(in log: any LogSnapshot) throws {
        guard sequence > 0 else { return }
        let found = try log.event(sequence) { LogPosition(sequence, $0) }
        guard found != self else { return }
        throw LogError(
            .notFound,
            """
            The log has \(found == nil ? "no event \(sequence)" : "another event \(sequence)") than the one this \
            place is behind: the store was restored from an older backup, or it is another store. Begin anew from \
            its first event, or from where it was restored.
            """, at: sequence)
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func withChecksum(from start: UInt32) -> UInt32 { daybook_crc32c(start, baseAddress, count) }
}
