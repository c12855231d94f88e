// Instants as ISO 8601 text. Bytes are appended to a buffer of the caller's, so that an export of millions of events
// allocates no string for each.

extension Instant {
    /// How many digits stand after the second's point.
    public enum FractionDigits: Sendable {
        /// None for a whole second, else as many as say it exactly.
        case asNeeded
        /// Always six.
        case six
    }

    /// To the second, in UTC: what a person can take in.
    package var forPeople: String {
        roundedDownToSecond.iso8601()
    }

    /// The instant in UTC: `2026-03-01T12:00:00Z`.
    public func iso8601(fraction: FractionDigits = .asNeeded) -> String {
        var bytes: [UInt8] = []
        appendISO8601(to: &bytes, offsetSeconds: nil, fraction: fraction)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The instant as a clock shows it that is `offsetSeconds` ahead of UTC: `2016-03-13T03:00:00-04:00`.
    public func iso8601(offsetSeconds: Int, fraction: FractionDigits = .asNeeded) -> String {
        var bytes: [UInt8] = []
        appendISO8601(to: &bytes, offsetSeconds: offsetSeconds, fraction: fraction)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The instant as a clock in `zone` shows it, with the offset that holds there then.
    public func iso8601(in zone: ZoneTable, fraction: FractionDigits = .asNeeded) -> String {
        iso8601(offsetSeconds: zone.offsetSeconds(at: self), fraction: fraction)
    }

    /// Appends the text; without an offset it ends in `Z`. An offset that is not whole minutes (local mean time of the
    /// nineteenth century) is written with seconds, `-00:53:28`, as the parser takes it.
    package func appendISO8601(to bytes: inout [UInt8], offsetSeconds: Int?, fraction: FractionDigits) {
        let offset = min(max(offsetSeconds ?? 0, -ZoneTable.largestOffsetSeconds), ZoneTable.largestOffsetSeconds)
        let (utcSeconds, microsecond) = Int(microseconds).dividedRoundingDown(by: 1_000_000)
        let (days, secondOfDay) = (utcSeconds + offset).dividedRoundingDown(by: 86_400)
        let date = CivilDate(daysSince1970: days)

        Self.appendYear(date.year, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.appendTwoDigits(date.month, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.appendTwoDigits(date.day, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        Self.appendClock(secondOfDay, withSeconds: true, to: &bytes)
        Self.appendFraction(microsecond, fraction, to: &bytes)
        if offsetSeconds == nil {
            bytes.append(UInt8(ascii: "Z"))
        } else {
            bytes.append(offset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
            Self.appendClock(abs(offset), withSeconds: !offset.isMultiple(of: 60), to: &bytes)
        }
    }

    private static func appendTwoDigits(_ value: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "0") + UInt8(value / 10))
        bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
    }

    /// Years outside 1 to 9999 cannot be read back; they are shown with a sign, as ISO 8601 extends itself.
    private static func appendYear(_ year: Int, to bytes: inout [UInt8]) {
        guard (0...9_999).contains(year) else {
            bytes.append(contentsOf: (year < 0 ? "-" : "+").utf8)
            let digits = String(abs(year))
            bytes.append(contentsOf: String(repeating: "0", count: max(0, 4 - digits.utf8.count)).utf8)
            bytes.append(contentsOf: digits.utf8)
            return
        }
        appendTwoDigits(year / 100, to: &bytes)
        appendTwoDigits(year % 100, to: &bytes)
    }

    private static func appendClock(_ seconds: Int, withSeconds: Bool, to bytes: inout [UInt8]) {
        appendTwoDigits(seconds / 3_600, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        appendTwoDigits(seconds / 60 % 60, to: &bytes)
        guard withSeconds else { return }
        bytes.append(UInt8(ascii: ":"))
        appendTwoDigits(seconds % 60, to: &bytes)
    }

    private static func appendFraction(_ microsecond: Int, _ digits: FractionDigits, to bytes: inout [UInt8]) {
        if microsecond == 0, digits == .asNeeded { return }
        bytes.append(UInt8(ascii: "."))
        appendTwoDigits(microsecond / 10_000, to: &bytes)
        appendTwoDigits(microsecond / 100 % 100, to: &bytes)
        appendTwoDigits(microsecond % 100, to: &bytes)
        guard digits == .asNeeded else { return }
        while bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
    }
}

extension Instant: CustomStringConvertible {
    /// The instant in UTC: `2026-03-01T12:00:00Z`.
    public var description: String { iso8601() }
}
