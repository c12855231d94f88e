import Daybook
import Foundation
import Testing

/// Foundation's coders as Daybook used them: whatever they wrote stands in logs.
enum Foundations {
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}

/// What came out of a coder, as a text that two can be compared by.
func outcome(_ body: () throws -> String) -> String {
    do {
        return try body()
    } catch let error as DecodingError {
        switch error {
        case .typeMismatch(let type, let context): return refusal + "no \(type) at \(path(context.codingPath))"
        case .valueNotFound(let type, let context): return refusal + "null for \(type) at \(path(context.codingPath))"
        case .keyNotFound(let key, let context):
            return refusal + "no member \(key.stringValue) at \(path(context.codingPath))"
        // Foundation does not say where.
        case .dataCorrupted: return refusal + "corrupted"
        @unknown default: return "unknown"
        }
    } catch let error as EncodingError {
        guard case .invalidValue(_, let context) = error else { return "unknown" }
        return "invalid at \(path(context.codingPath))"
    } catch {
        return "another error: \(error)"
    }
}

func path(_ keys: [any CodingKey]) -> String { keys.map(\.stringValue).joined(separator: " / ") }

/// Encodes with both.
func expectSameBytes(
    _ value: some Encodable, _ note: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
    let ours = outcome { String(decoding: try JSON.encode(value), as: UTF8.self) }
    let theirs = outcome { String(decoding: try Foundations.encode(value), as: UTF8.self) }
    #expect(ours.utf8.elementsEqual(theirs.utf8), "\(ours)\n\(theirs)\n\(note)", sourceLocation: sourceLocation)
}

/// Decodes with both. Answers what came out.
@discardableResult
func expectSameValue<Value: Decodable>(
    _ type: Value.Type, _ bytes: [UInt8], _ note: String = "", sourceLocation: SourceLocation = #_sourceLocation
) -> String {
    let ours = outcome { show(try JSON.decode(type, from: bytes)) }
    let theirs = outcome { show(try Foundations.decode(type, from: bytes)) }
    let text = String(decoding: bytes.prefix(300), as: UTF8.self)
    let areRefused = isUnordered(type) && ours.hasPrefix(refusal) && theirs.hasPrefix(refusal)
    #expect(
        ours == theirs || areRefused, "\(type) from \(text) \(bytes.prefix(40)) \(note)", sourceLocation: sourceLocation
    )
    return ours
}

/// Whether Foundation reads the members in an order that is chance: it is then, too, which of two faults it meets.
private func isUnordered(_ type: Any.Type) -> Bool {
    "\(type)".hasPrefix("Dictionary") || type == Tree.self || type == Tables.self || type == Zoo.self
}

private let refusal = "refused: "

/// Two values that show alike are alike: dictionaries show in the order of their keys.
func show(_ value: Any) -> String {
    switch value {
    case let value as String: return "\"\(Array(value.utf8))\""
    case let value as Double: return "\(value.bitPattern)"
    case let value as Float: return "\(value.bitPattern)"
    case let value as Data: return "\(Array(value))"
    case let value as Date: return "\(value.timeIntervalSinceReferenceDate.bitPattern)"
    case let value as Decimal: return value.description
    default: break
    }
    let mirror = Mirror(reflecting: value)
    guard !mirror.children.isEmpty else { return "\(value)" }
    var parts = mirror.children.map { "\($0.label ?? "") \(show($0.value))" }
    if mirror.displayStyle == .dictionary || mirror.displayStyle == .set { parts.sort() }
    return "\(type(of: value))(" + parts.joined(separator: ", ") + ")"
}

/// Random numbers from a seed. (SplitMix64.)
struct CoderChance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
    mutating func isHeads() -> Bool { next() & 1 == 0 }

    mutating func array<Element>(_ max: Int, _ element: (inout CoderChance) -> Element) -> [Element] {
        (0..<below(max + 1)).map { _ in element(&self) }
    }

    mutating func maybe<Value>(_ value: (inout CoderChance) -> Value) -> Value? { isHeads() ? value(&self) : nil }

    /// Any bit patterns, and often those at an edge.
    mutating func integer<Number: FixedWidthInteger>() -> Number {
        switch below(5) {
        case 0: .min
        case 1: .max
        case 2: Number(truncatingIfNeeded: below(1000))
        case 3: Number(truncatingIfNeeded: next()) >> Number(truncatingIfNeeded: below(Number.bitWidth))
        default: Number(truncatingIfNeeded: next()) &* Number(truncatingIfNeeded: next())
        }
    }

    mutating func double() -> Double {
        switch below(6) {
        case 0: return Double(below(2000) - 1000)
        case 1:
            return [0, -0.0, 1e15, 1e16, 1e17, 0.1, 1e-4, 1e-5, .leastNonzeroMagnitude, .greatestFiniteMagnitude][
                below(10)]
        case 2: return Double(below(1 << 20)) / 64
        default:
            let any = Double(bitPattern: next())
            return any.isFinite ? any : 12.5
        }
    }

    mutating func float() -> Float {
        let any = Float(bitPattern: UInt32(truncatingIfNeeded: next()))
        return any.isFinite && isHeads() ? any : Float(below(1000)) / 8
    }

    mutating func text() -> String {
        let scalars: [Unicode.Scalar] = [
            "a", "B", "z", "0", " ", "/", "\"", "\\", "\n", "\t", "\r", "\u{8}", "\u{C}", "\0", "\u{1}", "\u{1F}",
            "\u{7F}",
            "é", "e", "\u{301}", "\u{212A}", "K", "\u{2028}", "漢", "😀", "\u{FFFF}", "\u{10FFFF}", "\u{FEFF}",
        ]
        if isHeads() { return ["", "id", "name", "a longer text than fits inline", "key"][below(5)] }
        var text = String.UnicodeScalarView()
        for _ in 0..<below(20) { text.append(scalars[below(scalars.count)]) }
        return String(text)
    }
}
