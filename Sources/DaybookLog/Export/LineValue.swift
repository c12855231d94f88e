// The values in a line, read from bytes that a scanner has found to be JSON. There is one way to write each, so
// whatever is written in another way was not written by an export.

internal import DaybookModel

enum LineValue {
    /// Digits, without sign, point, exponent or leading zero.
    static func number(_ bytes: UnsafeRawBufferPointer) -> UInt64? {
        guard let first = bytes.first, bytes.count <= ByteWriter.decimalBytesMax else { return nil }
        guard first != UInt8(ascii: "0") || bytes.count == 1 else { return nil }
        var value: UInt64 = 0
        for byte in bytes {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowAgain) = tens.addingReportingOverflow(UInt64(digit))
            guard !overflow, !overflowAgain else { return nil }
            value = sum
        }
        return value
    }

    /// The same with a minus sign where the number is below zero.
    static func signed(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        guard bytes.first == UInt8(ascii: "-") else { return number(bytes).flatMap(Int64.init(exactly:)) }
        guard let magnitude = number(UnsafeRawBufferPointer(rebasing: bytes[1...])), magnitude > 0,
            magnitude <= Int64.min.magnitude
        else { return nil }
        return Int64(truncatingIfNeeded: 0 &- magnitude)
    }

    static func flag(_ bytes: UnsafeRawBufferPointer) -> Bool? {
        switch bytes.first {
        case UInt8(ascii: "t"): true
        case UInt8(ascii: "f"): false
        default: nil
        }
    }

    /// What stands between the quotation marks of a text, escapes and all.
    static func content(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard bytes.first == UInt8(ascii: "\""), bytes.count >= 2 else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[1..<bytes.count - 1])
    }

    /// Escaped as an export does it.
    static func text(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let content = content(bytes) else { return nil }
        let text = JSONText.unescaped(content)
        guard text.count != content.count else { return text }
        var quoted: [UInt8] = []
        text.withUnsafeBytes { JSONText.appendQuoted($0, to: &quoted) }
        return quoted.elementsEqual(bytes) ? text : nil
    }

    static func hash(_ bytes: UnsafeRawBufferPointer) -> Hash? {
        guard let content = content(bytes), content.count == 2 * Hash.byteCount else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: Hash.byteCount, alignment: 8) { memory in
            hexBytes(content, into: memory) ? Hash(UnsafeRawBufferPointer(memory)) : nil
        }
    }

    /// Lower-case digits, two for each byte.
    static func hex(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let content = content(bytes), content.count.isMultiple(of: 2) else { return nil }
        var decoded = [UInt8](repeating: 0, count: content.count / 2)
        return decoded.withUnsafeMutableBytes({ hexBytes(content, into: $0) }) ? decoded : nil
    }

    private static func hexBytes(_ digits: UnsafeRawBufferPointer, into bytes: UnsafeMutableRawBufferPointer) -> Bool {
        for index in 0..<bytes.count {
            let (high, low) = (hexDigit(digits[2 * index]), hexDigit(digits[2 * index + 1]))
            guard high < 16, low < 16 else { return false }
            bytes[index] = high << 4 | low
        }
        return true
    }

    @inline(__always)
    private static func hexDigit(_ digit: UInt8) -> UInt8 {
        if digit &- UInt8(ascii: "0") < 10 { return digit &- UInt8(ascii: "0") }
        return digit &- UInt8(ascii: "a") < 6 ? digit &- UInt8(ascii: "a") + 10 : 255
    }

    /// With its padding, and with nothing in the bits that no byte needs.
    static func base64(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let content = content(bytes), content.count.isMultiple(of: 4) else { return nil }
        let padding = content.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2 else { return nil }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(content.count / 4 * 3)
        var (bits, bitCount) = (UInt32(0), 0)
        for symbol in content.dropLast(padding) {
            guard let value = base64Value(symbol) else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            decoded.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            bits &= 1 << UInt32(bitCount) - 1
        }
        return bits == 0 && bitCount == 2 * padding ? decoded : nil
    }

    private static func base64Value(_ symbol: UInt8) -> UInt8? {
        switch symbol {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): symbol - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): symbol - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): symbol - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}

extension LineValue {
    /// An instant in the one form that lines have: `2026-03-01T12:00:00.000000Z`.
    static func instant(_ bytes: UnsafeRawBufferPointer) -> Instant? {
        guard let text = content(bytes), text.count >= 27 else { return nil }
        let dateCount = text.count - 17
        let date = UnsafeRawBufferPointer(rebasing: text[..<dateCount])
        let clock = UnsafeRawBufferPointer(rebasing: text[dateCount...])
        guard let days = days(date),
            clock[0] == UInt8(ascii: "T"), clock[3] == UInt8(ascii: ":"), clock[6] == UInt8(ascii: ":"),
            clock[9] == UInt8(ascii: "."), clock[16] == UInt8(ascii: "Z"),
            let hour = digits(clock, 1..<3), let minute = digits(clock, 4..<6), let second = digits(clock, 7..<9),
            let microsecond = digits(clock, 10..<16), hour < 24, minute < 60, second < 60
        else { return nil }
        let rest = Int64(((hour * 60 + minute) * 60 + second) * 1_000_000 + microsecond)
        // The first day that can be told begins before the first instant; so the day is taken from its end.
        let perDay: Int64 = 86_400_000_000
        let (whole, rested) = days < 0 ? (days + 1, rest - perDay) : (days, rest)
        let (start, overflow) = whole.multipliedReportingOverflow(by: perDay)
        let (sum, overflowAgain) = start.addingReportingOverflow(rested)
        return overflow || overflowAgain ? nil : Instant(microseconds: sum)
    }

    /// Days since 1970. A year outside 0 to 9999 has a sign, and no more digits than it needs.
    private static func days(_ text: UnsafeRawBufferPointer) -> Int64? {
        let isSigned = text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+")
        let yearEnd = text.count - 6
        let yearStart = isSigned ? 1 : 0
        guard yearEnd - yearStart >= 4, yearEnd - yearStart <= 6, text[yearEnd] == UInt8(ascii: "-"),
            text[yearEnd + 3] == UInt8(ascii: "-"), let magnitude = digits(text, yearStart..<yearEnd),
            let month = digits(text, yearEnd + 1..<yearEnd + 3), let day = digits(text, yearEnd + 4..<yearEnd + 6)
        else { return nil }
        let year = text[0] == UInt8(ascii: "-") ? -magnitude : magnitude
        guard isSigned != (0...9_999).contains(year), yearEnd - yearStart == 4 || magnitude >= 10_000 else {
            return nil
        }
        guard yearEnd - yearStart < 6 || magnitude >= 100_000 else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard (1...12).contains(month), day >= 1, CivilDate(daysSince1970: date.daysSince1970) == date else {
            return nil
        }
        return Int64(date.daysSince1970)
    }

    private static func digits(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
        var value = 0
        for index in range {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }
}
