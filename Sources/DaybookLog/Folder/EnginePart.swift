// What follows the head of a presence file: what others must know of a process that can no longer say it.
//
// | offset | size | what |
// |---|---|---|
// | 256 | 8 | last sign of life: nanoseconds on the monotonic clock |
// | 264 | 8 | lease in nanoseconds; 0 for none |
// | 272 | 4 | 1 while more jobs run than there are places |
// | 280 | 8 | the event of a newer release that keeps it from taking on more; 0 for none |
// | 320 | 16 each | places: token of the claim that is being run, 0 for none (8); its process group, 0 for none (4);
// when that group's leader started, in the kernel's ticks since boot, 0 if unknown (4) |
//
// A process may be killed between any two of these stores: the group is cleared before the token is set, and set last.

package import DaybookModel

/// A job that a process was running when it was last heard of.
package struct StartedClaim: Equatable, Sendable {
    package let token: SequenceNumber
    /// The process group of its children; 0 if it has none.
    package let group: Int32
    /// When that group's leader started, so that another process with its number is not taken for it; 0 if unknown.
    package let leaderStart: UInt32

    package init(token: SequenceNumber, group: Int32 = 0, leaderStart: UInt32 = 0) {
        self.token = token
        self.group = group
        self.leaderStart = leaderStart
    }
}

/// The engine's part of a presence file, as it was when it was read.
package struct EngineReport: Sendable {
    package let renewedNanoseconds: UInt64
    package let leaseNanoseconds: UInt64
    /// Whether it is unknown what was started, because there was no place left to write it down.
    package let isIncomplete: Bool
    package let started: [StartedClaim]
    /// The event of a newer release that it does not understand, so that it takes on no more; 0 for none.
    package private(set) var stranger: SequenceNumber = 0

    package init(
        renewedNanoseconds: UInt64, leaseNanoseconds: UInt64, isIncomplete: Bool, started: [StartedClaim]
    ) {
        self.renewedNanoseconds = renewedNanoseconds
        self.leaseNanoseconds = leaseNanoseconds
        self.isIncomplete = isIncomplete
        self.started = started
    }

    /// Nil if the part is too short, as after a death while the file was being made.
    package init?(_ part: [UInt8]) {
        guard part.count >= EnginePart.placesOffset else { return nil }
        func load<T: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, as: T.Type = T.self) -> T {
            part.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
        }
        renewedNanoseconds = load(EnginePart.renewedOffset)
        leaseNanoseconds = load(EnginePart.leaseOffset)
        isIncomplete = load(EnginePart.overflowOffset, as: UInt32.self) != 0
        stranger = load(EnginePart.strangerOffset)
        let places = (part.count - EnginePart.placesOffset) / EnginePart.placeByteCount
        started = (0..<places).compactMap { index in
            let offset = EnginePart.placesOffset + index * EnginePart.placeByteCount
            let token: UInt64 = load(offset)
            guard token != 0 else { return nil }
            return StartedClaim(token: token, group: load(offset + 8), leaderStart: load(offset + 12))
        }
    }
}

enum EnginePart {
    static let renewedOffset = 0
    static let leaseOffset = 8
    static let overflowOffset = 16
    static let strangerOffset = 24
    static let placesOffset = 64
    static let placeByteCount = 16
}

extension ProcessPresence {
    /// How many running jobs can be written down.
    package static let places =
        (byteCount - ProcessFacts.byteCount - EnginePart.placesOffset) / EnginePart.placeByteCount

    /// Says that this process lives. The monotonic clock stands still while the machine is suspended.
    package func renew(atNanoseconds now: UInt64) { store(now, at: EnginePart.renewedOffset) }

    /// Without a sign of life for so long, others take this process's jobs.
    package func setLease(nanoseconds: UInt64) { store(nanoseconds, at: EnginePart.leaseOffset) }

    /// Says which claim is being run in a place; 0 for none.
    package func setStarted(_ token: SequenceNumber, place: Int) {
        setGroup(0, leaderStart: 0, place: place)
        store(token, at: offset(place))
    }

    /// Says which processes work for the claim in a place.
    package func setGroup(_ group: Int32, leaderStart: UInt32, place: Int) {
        store32(leaderStart, at: offset(place) + 12)
        store32(UInt32(bitPattern: group), at: offset(place) + 8)
    }

    /// Says whether jobs run which found no place.
    package func setOverfull(_ isOverfull: Bool) { store32(isOverfull ? 1 : 0, at: EnginePart.overflowOffset) }

    /// Says that this process takes on no more work, because of an event that it does not understand.
    package func setStranger(_ event: SequenceNumber) { store(event, at: EnginePart.strangerOffset) }

    private func offset(_ place: Int) -> Int { EnginePart.placesOffset + place * EnginePart.placeByteCount }
    private func store(_ value: UInt64, at offset: Int) {
        page.store64(value.littleEndian, at: ProcessFacts.byteCount + offset)
    }
    private func store32(_ value: UInt32, at offset: Int) {
        page.store32(value.littleEndian, at: ProcessFacts.byteCount + offset)
    }
}
