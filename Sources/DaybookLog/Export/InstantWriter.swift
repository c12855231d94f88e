internal import DaybookModel

/// Writes instants in the one form of an export: `2026-03-01T12:00:00.000000Z`. Events that follow one another are
/// mostly of the same day, so the date is kept from one to the next.
struct InstantWriter {
    private var day = Int64.min
    private var date: [UInt8] = []

    /// With a year of six digits and its sign.
    static let bytesMax = 32

    init() {}

    @inline(__always)
    mutating func write(_ instant: Instant, to out: inout ByteWriter) {
        let perDay: Int64 = 86_400_000_000
        var (days, rest) = instant.microseconds.quotientAndRemainder(dividingBy: perDay)
        if rest < 0 {
            days -= 1
            rest += perDay
        }
        if days != day { setDate(days) }
        date.withUnsafeBytes { out.bytes($0) }
        let (seconds, microsecond) = Int(rest).quotientAndRemainder(dividingBy: 1_000_000)
        let (minutes, second) = seconds.quotientAndRemainder(dividingBy: 60)
        out.byte(UInt8(ascii: "T"))
        out.digits(minutes / 60, width: 2)
        out.byte(UInt8(ascii: ":"))
        out.digits(minutes % 60, width: 2)
        out.byte(UInt8(ascii: ":"))
        out.digits(second, width: 2)
        out.byte(UInt8(ascii: "."))
        out.digits(microsecond, width: 6)
        out.byte(UInt8(ascii: "Z"))
    }

    private mutating func setDate(_ days: Int64) {
        day = days
        let civil = CivilDate(daysSince1970: Int(days))
        date.removeAll(keepingCapacity: true)
        // Years outside 0 to 9999 carry a sign, as ISO 8601 extends itself.
        if !(0...9_999).contains(civil.year) { date.append(UInt8(ascii: civil.year < 0 ? "-" : "+")) }
        InstantWriter.append(civil.year.magnitude, width: 4, to: &date)
        date.append(UInt8(ascii: "-"))
        InstantWriter.append(civil.month.magnitude, width: 2, to: &date)
        date.append(UInt8(ascii: "-"))
        InstantWriter.append(civil.day.magnitude, width: 2, to: &date)
    }

    private static func append(_ value: UInt, width: Int, to text: inout [UInt8]) {
        let digits = Array(String(value).utf8)
        text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: max(0, width - digits.count)))
        text.append(contentsOf: digits)
    }
}
