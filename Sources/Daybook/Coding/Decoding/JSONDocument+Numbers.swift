// Numbers are made from their digits where that is exact and simple, and else by the standard library.

extension JSONDocument {
    @inline(__always)
    func integer<Number: FixedWidthInteger>(_ type: Number.Type, at token: UInt32) throws -> Number {
        let value = tokens[token]
        guard value.kind == .number else { throw mismatch(type, token) }
        let text = slice(value.text)
        if value.isPlain, let number = JSONDocument.plain(type, text) { return number }
        return try oddInteger(type, text, token)
    }

    /// The number of these digits, perhaps behind a minus sign; nil if they do not stand right or it does not fit.
    @inline(__always)
    private static func plain<Number: FixedWidthInteger>(
        _ type: Number.Type, _ text: UnsafeRawBufferPointer
    ) -> Number? {
        let isNegative = text[0] == UInt8(ascii: "-")
        let first = isNegative ? 1 : 0
        guard text.count > first, text[first] != UInt8(ascii: "0") || text.count == first + 1 else { return nil }
        guard text.count - first < 19 else { return long(type, text, isNegative) }
        var sum: Int64 = 0
        for index in first..<text.count { sum = sum &* 10 &+ Int64(text[index] &- UInt8(ascii: "0")) }
        return Number(exactly: isNegative ? -sum : sum)
    }

    private static func long<Number: FixedWidthInteger>(
        _ type: Number.Type, _ text: UnsafeRawBufferPointer, _ isNegative: Bool
    ) -> Number? {
        var sum: Number = 0
        for byte in text.dropFirst(isNegative ? 1 : 0) {
            let digit = Number(truncatingIfNeeded: byte - UInt8(ascii: "0"))
            let (tens, overflows) = sum.multipliedReportingOverflow(by: 10)
            let (next, overflowsToo) =
                isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
            guard !overflows, !overflowsToo else { return nil }
            sum = next
        }
        return sum
    }

    /// A number with a fraction or an exponent that is integral all the same, such as `1e3` or `2.50e1`.
    private func oddInteger<Number: FixedWidthInteger>(
        _ type: Number.Type, _ text: UnsafeRawBufferPointer, _ token: UInt32
    ) throws -> Number {
        guard let decimal = JSONDecimal(text) else { throw corrupted(token, "A number is not written as JSON has it.") }
        let magnitude = decimal.integer.flatMap { Number(exactly: $0) }
        guard let magnitude, magnitude == 0 || !decimal.isNegative || Number.isSigned else {
            throw corrupted(token, "A number is none of type \(type).")
        }
        return decimal.isNegative ? 0 - magnitude : magnitude
    }

    @inline(__always)
    func floating<Number: BinaryFloatingPoint & LosslessStringConvertible>(
        _ type: Number.Type, at token: UInt32
    ) throws -> Number {
        let value = tokens[token]
        guard value.kind == .number else { throw mismatch(type, token) }
        return try floating(type, slice(value.text), token)
    }

    private func floating<Number: BinaryFloatingPoint & LosslessStringConvertible>(
        _ type: Number.Type, _ text: UnsafeRawBufferPointer, _ token: UInt32
    ) throws -> Number {
        guard let decimal = JSONDecimal(text) else { throw corrupted(token, "A number is not written as JSON has it.") }
        if type == Double.self, let number = decimal.double { return Number(number) }
        let number = Number(String(decoding: text, as: UTF8.self))
        // What is rounded to infinity or to nothing is no number that anybody wrote.
        guard let number, number.isFinite, number != 0 || decimal.isZero else {
            throw corrupted(token, "A number is none of type \(type).")
        }
        return number
    }
}
