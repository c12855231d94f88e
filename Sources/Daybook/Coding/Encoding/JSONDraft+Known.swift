#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A number that JSON has no word for.
private struct NumberWithoutDigits: Error {
    let value: any Encodable & Sendable
    /// Where it stands in an array.
    var index: Int?
}

/// Types that are not asked to encode themselves: those that would write something else than Foundation writes for
/// them, and some whose own way is long.
extension JSONDraft {
    /// Writes the value if it is of such a type.
    func encodeKnown<Value: Encodable>(_ value: Value, at path: @autoclosure () -> [any CodingKey]) throws -> Bool {
        do throws(NumberWithoutDigits) {
            return try appendKnown(value)
        } catch {
            throw failure(error.value, at: path() + (error.index.map { [JSONKey(index: $0)] } ?? []))
        }
    }

    /// The error that a caller gets for a number.
    func failure(_ number: Any, at path: [any CodingKey]) -> EncodingError {
        EncodingError.invalidValue(
            number,
            EncodingError.Context(
                codingPath: path, debugDescription: "JSON has only finite numbers; leave it out or encode a text."))
    }

    /// The types are compared by their identity, which costs next to nothing; a cast would cost more than writing the
    /// value.
    private func appendKnown<Value: Encodable>(_ value: Value) throws(NumberWithoutDigits) -> Bool {
        if Value.self == String.self {
            bytes.append(quoted: unsafeBitCast(value, to: String.self))
        } else if Value.self == Int.self {
            bytes.append(value: unsafeBitCast(value, to: Int.self))
        } else if Value.self == Double.self {
            try append(unsafeBitCast(value, to: Double.self))
        } else if Value.self == [String].self {
            try appendArray(unsafeBitCast(value, to: [String].self)) { bytes.append(quoted: $0) }
        } else if Value.self == [Int].self {
            try appendArray(unsafeBitCast(value, to: [Int].self)) { bytes.append(value: $0) }
        } else if Value.self == [Double].self {
            try appendArray(unsafeBitCast(value, to: [Double].self)) { number throws(NumberWithoutDigits) in
                try append(number)
            }
        } else if Value.self == [UInt8].self {
            try appendArray(unsafeBitCast(value, to: [UInt8].self)) { bytes.append(value: $0) }
        } else {
            return try appendOfFoundation(value)
        }
        return true
    }

    private func appendOfFoundation<Value: Encodable>(_ value: Value) throws(NumberWithoutDigits) -> Bool {
        if Value.self == Date.self {
            try append(unsafeBitCast(value, to: Date.self).timeIntervalSinceReferenceDate)
        } else if Value.self == Data.self {
            bytes.append(quoted: unsafeBitCast(value, to: Data.self).base64EncodedString())
        } else if Value.self == URL.self {
            bytes.append(quoted: unsafeBitCast(value, to: URL.self).absoluteString)
        } else if Value.self == Decimal.self {
            let decimal = unsafeBitCast(value, to: Decimal.self)
            // Foundation writes the word NaN, which it cannot read again, nor can anybody else.
            guard !decimal.isNaN else { throw NumberWithoutDigits(value: decimal) }
            bytes.append(ascii: decimal.description)
        } else {
            return false
        }
        return true
    }

    @inline(__always)
    private func append<Number: BinaryFloatingPoint & LosslessStringConvertible & Encodable & Sendable>(
        _ number: Number
    ) throws(NumberWithoutDigits) {
        guard number.isFinite else { throw NumberWithoutDigits(value: number) }
        bytes.append(value: number)
    }

    @inline(__always)
    private func appendArray<Element>(
        _ array: [Element], _ append: (Element) throws(NumberWithoutDigits) -> Void
    ) throws(NumberWithoutDigits) {
        bytes.append(UInt8(ascii: "["))
        for (index, element) in array.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            do throws(NumberWithoutDigits) {
                try append(element)
            } catch {
                throw NumberWithoutDigits(value: error.value, index: index)
            }
        }
        bytes.append(UInt8(ascii: "]"))
    }
}
