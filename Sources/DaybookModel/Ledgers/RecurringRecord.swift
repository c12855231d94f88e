/// What decisions need to know of one recurring job. What its jobs are made of stands in the event that set it.
package struct RecurringRecord: Equatable, Sendable {
    /// The event that set it as it is.
    package var version: SequenceNumber
    /// Its latest event: its history is a chain of look-ups.
    package var last: SequenceNumber
    /// The event with which it fired last; 0 if it never has.
    package var lastFired: SequenceNumber = 0
    /// The next planned instant: each occurrence is handled by whoever moves it on.
    package var next: Instant?
    /// When that fires, jitter included.
    package var due: Instant?
    /// The latest occurrence that was handled; before the first, when it was set.
    package var handled: Instant
    /// An occurrence that waits for the end of what is unfinished.
    package var pending: Instant?
    package var pausedUntil: Instant?
    package var fired: UInt64 = 0
    package var skipped: UInt64 = 0
    /// Jobs of it that are not finished; counted only if its overlap rule asks for them.
    package var unfinished: UInt32 = 0
    package var flags: Flags = []
    package var overlap: OverlapRule = .allow
    package var misfire: MisfireRule = .once
    package var lateMicroseconds: Int64 = RecurringSet.lateMicrosecondsUsual
    package var jitterMicroseconds: Int64 = 0
    package var id: String
    /// The release of the zone data that `next` was found with.
    package var zoneData: String = ""
    /// The program whose code has it; empty if people made it.
    package var origin: String = ""

    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let isPaused = Flags(rawValue: 1)
        package static let isRemoved = Flags(rawValue: 2)
        package static let isManual = Flags(rawValue: 4)
        package static let isBroken = Flags(rawValue: 8)
        /// Its occurrences hang on zone data.
        package static let followsZone = Flags(rawValue: 16)
    }

    package init(id: String, version: SequenceNumber, handled: Instant) {
        self.id = id
        self.version = version
        self.handled = handled
        last = version
    }
}

extension RecurringRecord {
    /// When the writer has to look at it: where it stands in `recurringDue`.
    package var wake: Instant? {
        if flags.contains(.isRemoved) { return nil }
        if flags.contains(.isPaused) { return pausedUntil }
        if let pending, unfinished == 0 { return pending }
        return due
    }

    /// The last instant whose occurrence is a misfire if it has not fired by now.
    package func lastLate(at now: Instant) -> Instant {
        now.advanced(microseconds: -lateMicroseconds).advanced(microseconds: -jitterMicroseconds)
            .advanced(microseconds: -1)
    }

    private static let version: UInt8 = 1
    private static let never = Int64.max

    package func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(128 + id.utf8.count)
        func add<T: FixedWidthInteger>(_ value: T) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        add(RecurringRecord.version)
        add(flags.rawValue)
        add(overlap.number)
        add(misfire.number)
        add(unfinished)
        for number in [version, last, lastFired, fired, skipped] { add(number) }
        for instant in [next, due, handled, pending, pausedUntil] {
            add(instant?.microseconds ?? RecurringRecord.never)
        }
        add(lateMicroseconds)
        add(jitterMicroseconds)
        for text in [id, zoneData, origin] {
            add(UInt16(clamping: text.utf8.count))
            bytes.append(contentsOf: text.utf8.prefix(Int(UInt16.max)))
        }
        if case .each(let max) = misfire { add(UInt32(clamping: max)) }
        return bytes
    }

    /// `nil` if the bytes are no such record: the row is damaged, or a later release wrote it.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        var reader = RowReader(bytes)
        guard reader.number(UInt8.self) == RecurringRecord.version, let flags = reader.number(UInt8.self),
            let overlap = reader.number(UInt8.self).flatMap(OverlapRule.init(number:)),
            let misfire = reader.number(UInt8.self), let unfinished = reader.number(UInt32.self)
        else { return nil }
        var numbers: [UInt64] = []
        for _ in 0..<5 { numbers.append(reader.number(UInt64.self) ?? 0) }
        var instants: [Instant?] = []
        for _ in 0..<5 {
            let value = reader.number(Int64.self) ?? RecurringRecord.never
            instants.append(value == RecurringRecord.never ? nil : Instant(microseconds: value))
        }
        guard let late = reader.number(Int64.self), let jitter = reader.number(Int64.self), let id = reader.text(),
            let zoneData = reader.text(), let origin = reader.text(), let handled = instants[2]
        else { return nil }
        switch misfire {
        case MisfireRule.once.number: self.misfire = .once
        case MisfireRule.skip.number: self.misfire = .skip
        case MisfireRule.each().number:
            guard let max = reader.number(UInt32.self) else { return nil }
            self.misfire = .each(max: Int(max))
        default: return nil
        }
        guard reader.isAtEnd else { return nil }
        (version, last, lastFired, fired, skipped) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
        (next, due, pending, pausedUntil) = (instants[0], instants[1], instants[3], instants[4])
        (self.handled, self.unfinished, self.flags) = (handled, unfinished, Flags(rawValue: flags))
        (self.overlap, lateMicroseconds, jitterMicroseconds) = (overlap, late, jitter)
        (self.id, self.zoneData, self.origin) = (id, zoneData, origin)
    }
}

extension MisfireRule {
    fileprivate var number: UInt8 {
        switch self {
        case .once: 0
        case .each: 1
        case .skip: 2
        }
    }
}

/// Numbers and texts of a row, one after the other.
private struct RowReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func number<T: FixedWidthInteger>(_ type: T.Type) -> T? {
        let size = MemoryLayout<T>.size
        guard bytes.count - position >= size else { return nil }
        defer { position += size }
        return T(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: T.self))
    }

    mutating func text() -> String? {
        guard let count = number(UInt16.self).map(Int.init), bytes.count - position >= count else { return nil }
        defer { position += count }
        return String(
            validating: UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]), as: UTF8.self)
    }
}
