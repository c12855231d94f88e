import DaybookModel
import Testing

@Suite("JSON and hostile input")
struct JSONFuzzTests {
    private let samples = [
        #"{"to":"ann@example.org","retry":[1,2.5,-3e10],"nested":{"a":{"b":[{}]}},"ok":true,"none":null}"#,
        #"[["\ud83d\ude00","é","\u0041\n\\"],[],{"":0,"x":{"x":"x"}}, -0.0 , 1E5]"#,
        #" {"a":"\"","b":[0,1,[2,[3,[4]]]],"c":"漢字 😀"} "#,
    ]
    private let alphabet =
        Array("{}[]\",:\\u0019eE+-. tfnrulsabd8".utf8) + [0, 0x1F, 0x80, 0xC3, 0xA9, 0xED, 0xF0, 0xFF]

    @Test func `a scanner that recurses, written apart, agrees on every input`() {
        let seed: UInt64 = 31
        var chance = CronChance(seed: seed)
        var scanner = JSONScanner(depthMax: 12)
        var accepted = 0
        for _ in 0..<CronChance.rounds(quick: 100_000, all: 3_000_000) {
            let bytes = input(&chance)
            let end = bytes.withUnsafeBytes { try? scanner.scanValue($0).upperBound }
            var oracle = PlainJSON(bytes: bytes, depthMax: 12)
            let expected = oracle.value()
            guard end != expected else {
                accepted += end == nil ? 0 : 1
                continue
            }
            Issue.record(
                "\(String(describing: end)), not \(String(describing: expected)): \(bytes), seed \(seed)"
            )
            return
        }
        // Otherwise only refusals were compared.
        #expect(accepted > 10_000)
    }

    /// Any bytes, bytes that JSON is made of, or a sample with a few changes.
    private func input(_ chance: inout CronChance) -> [UInt8] {
        switch chance.value(0...9) {
        case 0: return (0..<chance.value(0...30)).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
        case 1...3: return (0..<chance.value(0...30)).map { _ in alphabet[chance.value(0...alphabet.count - 1)] }
        default: return mutated(Array(samples[chance.value(0...samples.count - 1)].utf8), &chance)
        }
    }

    private func mutated(_ sample: [UInt8], _ chance: inout CronChance) -> [UInt8] {
        var bytes = sample
        for _ in 0..<chance.value(0...3) where !bytes.isEmpty {
            let at = chance.value(0...bytes.count - 1)
            switch chance.value(0...4) {
            case 0: bytes[at] = alphabet[chance.value(0...alphabet.count - 1)]
            case 1: bytes.remove(at: at)
            case 2: bytes.insert(alphabet[chance.value(0...alphabet.count - 1)], at: at)
            case 3: bytes.removeSubrange(at...)
            default:
                let end = chance.value(at...bytes.count - 1)
                bytes.insert(contentsOf: bytes[at...end], at: chance.value(0...bytes.count))
            }
        }
        return bytes
    }
}

/// JSON read by the book: one function a rule, each calling the next.
private struct PlainJSON {
    let bytes: [UInt8]
    let depthMax: Int
    var at = 0

    /// Where the first value ends; nil if there is none.
    mutating func value() -> Int? {
        space()
        return isValue(0) ? at : nil
    }

    private var next: Character? { at < bytes.count ? Character(Unicode.Scalar(bytes[at])) : nil }

    private mutating func space() {
        while let next, " \t\n\r".unicodeScalars.contains(next.unicodeScalars.first!) { at += 1 }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard next == character else { return false }
        at += 1
        return true
    }

    private mutating func word(_ word: String) -> Bool { word.allSatisfy { take($0) } }

    private mutating func isValue(_ depth: Int) -> Bool {
        switch next {
        case "{": return depth < depthMax && isObject(depth + 1)
        case "[": return depth < depthMax && isArray(depth + 1)
        case "\"": return text() != nil
        case "t": return word("true")
        case "f": return word("false")
        case "n": return word("null")
        default: return isNumber()
        }
    }

    private mutating func isObject(_ depth: Int) -> Bool {
        var keys: Set<[UInt8]> = []
        at += 1
        space()
        if take("}") { return true }
        repeat {
            space()
            guard next == "\"", let key = text(), keys.insert(key).inserted else { return false }
            space()
            guard take(":") else { return false }
            space()
            guard isValue(depth) else { return false }
            space()
        } while take(",")
        return take("}")
    }

    private mutating func isArray(_ depth: Int) -> Bool {
        at += 1
        space()
        if take("]") { return true }
        repeat {
            space()
            guard isValue(depth) else { return false }
            space()
        } while take(",")
        return take("]")
    }

    private mutating func isNumber() -> Bool {
        _ = take("-")
        if !take("0") { guard digits() > 0 else { return false } }
        if take(".") { guard digits() > 0 else { return false } }
        if let next, next.isASCII, next.isNumber { return false }
        guard take("e") || take("E") else { return true }
        if !take("+") { _ = take("-") }
        return digits() > 0
    }

    private mutating func digits() -> Int {
        let start = at
        while at < bytes.count, (48...57).contains(bytes[at]) { at += 1 }
        return at - start
    }

    /// The unescaped bytes, if they are UTF-8 without NUL.
    private mutating func text() -> [UInt8]? {
        at += 1
        var units: [UInt16] = []
        var raw: [UInt8] = []
        func flush() -> Bool {
            guard let text = String(validating: raw, as: UTF8.self) else { return false }
            units.append(contentsOf: text.utf16)
            raw = []
            return true
        }
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case 0..<0x20: return nil
            case 0x22:
                guard flush(), !units.contains(0), let text = String(validating: units, as: UTF16.self) else {
                    return nil
                }
                return Array(text.utf8)
            case 0x5C:
                guard flush(), let unit = escaped() else { return nil }
                units.append(unit)
            default: raw.append(byte)
            }
        }
        return nil
    }

    private mutating func escaped() -> UInt16? {
        guard let letter = next else { return nil }
        at += 1
        let plain: [Character: UInt16] = ["\"": 0x22, "\\": 0x5C, "/": 0x2F, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9]
        guard letter == "u" else { return plain[letter] }
        guard at + 4 <= bytes.count else { return nil }
        defer { at += 4 }
        let digits = bytes[at..<at + 4]
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }) else { return nil }
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
