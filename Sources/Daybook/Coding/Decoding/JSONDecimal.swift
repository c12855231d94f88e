internal import DaybookModel

/// A number as it is written: its digits without the zeros at their end, and by how many places they are moved.
struct JSONDecimal {
    let isNegative: Bool
    /// Nil if they are more than fit.
    let digits: UInt64?
    let exponent: Int

    /// No number is so far from 1 that it needs more.
    private static let exponentMax = 100_000

    /// Nil if it is not written as JSON has it.
    init?(_ text: UnsafeRawBufferPointer) {
        guard JSONDecimal.isWellFormed(text) else { return nil }
        isNegative = text[0] == UInt8(ascii: "-")
        var digits: UInt64? = 0
        var zeros = 0
        var places = 0
        var isFraction = false
        var offset = isNegative ? 1 : 0
        while offset < text.count, text[offset] | 0x20 != UInt8(ascii: "e") {
            if text[offset] == UInt8(ascii: ".") {
                isFraction = true
            } else {
                if isFraction { places += 1 }
                if text[offset] == UInt8(ascii: "0") {
                    zeros += 1
                } else {
                    digits = digits.flatMap { JSONDecimal.moved($0, by: zeros + 1) }
                        .map { $0.addingReportingOverflow(UInt64(text[offset] - UInt8(ascii: "0"))) }
                        .flatMap { $0.overflow ? nil : $0.partialValue }
                    zeros = 0
                }
            }
            offset += 1
        }
        self.digits = digits
        exponent = JSONDecimal.exponent(text, behind: offset) - places + zeros
    }

    static func isWellFormed(_ text: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        do throws(JSONSyntaxError) {
            try JSONScanner.passNumber(text, &offset)
        } catch {
            return false
        }
        return offset == text.count
    }

    var isZero: Bool { digits == 0 }

    /// The number without its sign; nil if it has a fraction or is too large.
    var integer: UInt64? {
        guard let digits else { return nil }
        return digits == 0 ? 0 : JSONDecimal.moved(digits, by: exponent)
    }

    /// The number, where a single rounding of exact values gives it.
    var double: Double? {
        guard let digits, digits < 1 << 53, abs(exponent) < JSONDecimal.powers.count else { return nil }
        let power = JSONDecimal.powers[abs(exponent)]
        let magnitude = exponent < 0 ? Double(digits) / power : Double(digits) * power
        return isNegative ? -magnitude : magnitude
    }

    /// The powers of ten that a `Double` has exactly.
    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    private static func moved(_ digits: UInt64, by places: Int) -> UInt64? {
        guard digits > 0 else { return 0 }
        // Behind the last digit that is not zero a number is no integer any more, and above 19 it does not fit.
        guard places >= 0, places < 20 else { return nil }
        var sum = digits
        for _ in 0..<places {
            let (next, overflows) = sum.multipliedReportingOverflow(by: 10)
            guard !overflows else { return nil }
            sum = next
        }
        return sum
    }

    private static func exponent(_ text: UnsafeRawBufferPointer, behind offset: Int) -> Int {
        guard offset < text.count else { return 0 }
        var exponent = 0
        for byte in text[(offset + 1)...] where byte >= UInt8(ascii: "0") {
            exponent = min(exponent * 10 + Int(byte - UInt8(ascii: "0")), exponentMax)
        }
        return text[offset + 1] == UInt8(ascii: "-") ? -exponent : exponent
    }
}
