import Daybook
import Foundation
import Testing

private struct Partial: Decodable {
    var a: Int?
    var b: String
    var c: [Int]?
}

private struct Keys: Decodable {
    struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
    var found: [String] = []

    /// Which keys there are and what they have, asked for in an order of its own.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        found = container.allKeys.map(\.stringValue).sorted()
        for key in ["b", "a", "K", "\u{212A}", "é", "e\u{301}", "a", "c", "", "a\n", "x"].map(Key.init) {
            guard container.contains(key) else { continue }
            let isNull = try container.decodeNil(forKey: key)
            found.append("\(key.stringValue) \(isNull) \((try? container.decode(Int.self, forKey: key)) ?? -1)")
        }
    }
}

/// Walks with containers inside containers.
private struct Walk: Decodable {
    var steps: [String] = []

    init(from decoder: any Decoder) throws {
        steps.append(path(decoder.codingPath))
        let outer = try decoder.container(keyedBy: Keys.Key.self)
        var list = try outer.nestedUnkeyedContainer(forKey: Keys.Key(stringValue: "list"))
        while !list.isAtEnd {
            if try list.decodeNil() { continue }
            if let number = try? list.decode(Int8.self) {
                steps.append("\(number)")
            } else if let inner = try? list.nestedContainer(keyedBy: Keys.Key.self) {
                steps.append(path(inner.codingPath) + "\(inner.allKeys.count)")
            } else if var inner = try? list.nestedUnkeyedContainer() {
                steps.append("\(inner.count ?? -1) \((try? inner.decode(String.self)) ?? "")")
            } else {
                steps.append(path(try list.superDecoder().codingPath))
            }
            steps.append("\(list.currentIndex) of \(list.count ?? -1)")
        }
        steps.append(path(try outer.superDecoder().codingPath))
        steps.append("\(try outer.superDecoder().singleValueContainer().decodeNil())")
        _ = try list.decode(Int.self)
    }
}

@Suite struct `What typed jobs are read from` {
    /// Each is read as every type there is.
    static let documents: [String] = [
        "", " ", "\n", "5", " 5 ", "-5", "-0", "-0.0", "0", "00", "01", "-01", "-", "+1", ".5", "5.", "1.0", "1.5",
        "-1.5", "1e2", "1E+2", "1e-2", "100e-2", "12300e-2", "1e", "1e+", "1.e2", "1e2.5", "1-2", "1..2", "1e1e1",
        "0e5", "0.0e9999", "0x10", "127", "128", "-128", "-129", "255", "256", "1e400", "-1e400", "1e-400",
        "3.4028236e38", "1e-46", "16777217", "0.1", "123456789.123456789", "2.2250738585072011e-308",
        "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "18446744073709551615", "18446744073709551616", "1e18", "1e19", "1e20",
        "170141183460469231731687303715884105727", "170141183460469231731687303715884105728", "9007199254740992.0",
        "9007199254740994.0", "18446744073709551615.0", "1e127", "1e128",
        "12345678901234567890123456789012345678901234567890", "true", "false", "null", "tru", "nul", "truex", "TRUE",
        "nullnull", "5 5", "5,", "[5]x", "\u{FEFF}5", "\u{FEFF}", #""""#, #""a""#, #"""#, #""a"#, #""\""#,
        #""\n\t\r\b\f\/\\\"""#, #""\u0041\u00e9\u0000""#, #""\u00g0""#, #""\u12"34""#, #""\ud83d\ude00""#,
        #""\ud83d""#, #""\ud83dx""#, #""\ude00""#, #""\ud83d\u0041""#, #""\uD83D\uDE00""#, #""\x""#, #""\u004""#,
        "\"a\u{1}b\"", "\"\u{7F}\"", "\"a\tb\"", #""a b""#, #""Zm9v""#, #""Zm9""#, #""Zm 9v""#,
        #""https://example.org""#, #""a b\u0000""#, #""1""#, "[", "]", "{", "}", "[]", "{}", "[ ]", "{ }", "[,]",
        "[1,]", "[1,,2]", "[1 2]", "[1,2", "[1,2]]", "[[1],[2,]]", "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#,
        #"{"a":1,,}"#, #"{"a":1 "b":2}"#, #"{a:1}"#, #"{"a":1]"#, #"{1:2}"#, #"[1}"#, #"{"a":1,"b":"x"}"#,
        #"{"b":"x","a":1}"#, #"{"a":1,"a":2,"b":"x"}"#, #"{"b":"x","b":"y"}"#, #"{"a":null,"b":null}"#,
        #"{"a":"1","b":"x"}"#, #"{"a":1.5,"b":"x"}"#, #"{"a":1,"b":"x","c":[1,"2"]}"#, #"{"a":1,"b":"x","c":null}"#,
        #"{"c":[1]}"#, #"{"\u0061":1,"b":"x"}"#, #"{"a":1,"b":"x","z":01}"#, #"{"a":1,"b":"x","z":"\x"}"#,
        #"{"a":1,"b":"x","\x":1}"#, #"{"b":1,"a":2,"b":3}"#, #"{"é":1,"é":2}"#, "{\"K\":1,\"\u{212A}\":2}",
        "{\"\u{212A}\":1}", #"{"K":1}"#, #"{"":1,"a\n":2}"#, "{\"a\u{1}\":1}",
        #"{"list":[1,null,{"a":1},[],["x"],300,"t"],"super":1}"#, #"{"list":[1,null]}"#, #"{"list":null}"#,
        #"{"list":5}"#, "[null]", "[1,null,2]", #"["a","b"]"#, "[1.0,2e0,-0]", #"{"x":1,"y":[{}]}"#, "/**/5", "'a'",
        "NaN", "Infinity", "-Infinity", #"{"a":1,"b":"x"}"# + "\u{0}", #"{"1":1.5,"2":2}"#, #"{"x":1,"2":2}"#,
        "\t\r\n [ 1 , 2 ]\t\r\n ", "\u{A0}5",
    ]

    static let types: [any (Decodable & SendableMetatype).Type] = [
        Int.self, Int8.self, Int64.self, Int128.self, UInt.self, UInt8.self, UInt64.self, UInt128.self, Double.self,
        Float.self, Bool.self, String.self, Int?.self, String?.self, [Int].self, [String].self, [Double].self,
        [UInt8].self, [Bool].self, [Int?].self, [String: Int].self, [Int: Double].self, [String: String?].self,
        Decimal.self, Date.self, Data.self, URL.self, UUID.self, Partial.self, Keys.self, Walk.self, Tree.self,
        Numbers.self, Shape.self, [[Int]].self, Base.self, Derived.self,
    ]

    /// Where Foundation goes wrong, and Daybook does not follow.
    static let faults: Set<String> = [
        // It takes what is too small for a Double for the integer 0.
        "1e-400",
        // It looks for digits of a short number from its end, finds the exponent's, and takes it for no zero.
        "0e5",
        // It makes a Double of it first, which rounds it up to what no integer can have.
        "18446744073709551615.0",
    ]

    @Test func `is read as Foundation reads it, or refused as there`() {
        for document in Self.documents where !Self.faults.contains(document) {
            for type in Self.types { _ = expectSameValue(type, Array(document.utf8)) }
        }
    }

    @Test func `has no fraction where an integer is read, however small`() throws {
        // Foundation reads these as integers, because a Double does not tell them from one, or cuts the fraction off.
        for document in ["1e-400", "1.0000000000000001", "9007199254740993.5"] {
            #expect((try? Foundations.decode(Int.self, from: Array(document.utf8))) != nil, "\(document)")
            #expect(throws: DecodingError.self, "\(document)") { try JSON.decode(Int.self, from: Array(document.utf8)) }
        }
        // Foundation ends the process here.
        let far = "0." + String(repeating: "0", count: 299) + "1e319"
        #expect(try JSON.decode(UInt64.self, from: Array(far.utf8)) == 10_000_000_000_000_000_000)
    }

    @Test func `may be UTF-8, 16 or 32, with and without a mark, and nothing else`() {
        let text = #"{"b":"x 😀","a":1}"#
        let encodings: [String.Encoding] = [
            .utf8, .utf16, .utf16LittleEndian, .utf16BigEndian, .utf32, .utf32LittleEndian, .utf32BigEndian,
        ]
        for encoding in encodings {
            for text in [text, "5", "12", "", "[1]"] {
                let bytes = Array(text.data(using: encoding) ?? Data())
                for mark: [UInt8] in [
                    [], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF], [0, 0, 0xFE, 0xFF], [0xFE, 0xFF, 0, 0],
                ] {
                    for end in 0..<3 {
                        let bytes = Array((mark + bytes).dropLast(end))
                        expectSameValue(Partial.self, bytes)
                        expectSameValue(Int.self, bytes)
                        expectSameValue(Tree.self, bytes)
                    }
                }
            }
        }
        for bytes: [UInt8] in [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xC3, 0x5C, 0x6E, 0x22], [0x22, 0x5C, 0xC3, 0xA9, 0x22],
            [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D], [0xFF], [0], [0, 0], [0x5B, 0xC3, 0xA9, 0x5D],
        ] {
            for type in Self.types { _ = expectSameValue(type, bytes) }
        }
    }

    @Test func `has at most 512 arrays and objects in one another`() {
        for depth in [1, 100, 511, 512, 513, 514, 100_000] {
            for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
                let deep = Array(String(repeating: open, count: depth).utf8)
                let inner = Array((open == "[" ? "" : "1").utf8)
                let whole = deep + inner + Array(String(repeating: close, count: depth).utf8)
                expectSameValue([Int].self, whole)
                expectSameValue(Partial.self, whole)
                // Foundation ends the process if nothing follows the bracket that is too much.
                if depth != 513 { expectSameValue(Int.self, deep) }
                #expect(throws: DecodingError.self) { try JSON.decode(Int.self, from: deep) }
                if depth <= 100 { expectSameValue(Tree.self, whole) }
            }
        }
    }

    @Test func `is refused or read alike, whatever bytes are changed`() {
        let seed = UInt64.random(in: 0...(.max))
        var chance = CoderChance(seed: seed)
        let start = ContinuousClock.now
        var refused = 0
        var read = 0
        while start.duration(to: .now) < .milliseconds(600) {
            guard let bytes = try? Foundations.encode(Tree(by: &chance)) else { continue }
            var changed = chance.isHeads() ? bytes : Array(Self.documents[chance.below(Self.documents.count)].utf8)
            for _ in 0..<chance.below(4) { change(&changed, &chance) }
            guard isComparable(changed) else { continue }
            let note = "seed \(seed)"
            let outcome = expectSameValue(Tree.self, changed, note)
            if outcome.hasSuffix("corrupted") { refused += 1 } else { read += 1 }
            _ = expectSameValue(Self.types[chance.below(Self.types.count)], changed, note)
        }
        #expect(refused > 10 && read > 10, "seed \(seed)")
    }

    private func change(_ bytes: inout [UInt8], _ chance: inout CoderChance) {
        let likely = Array(#"{}[],:"\u0e+-.5 n"#.utf8)
        let place = chance.below(bytes.count + 1)
        let byte = chance.isHeads() ? likely[chance.below(likely.count)] : UInt8(truncatingIfNeeded: chance.next())
        switch chance.below(5) {
        case 0: bytes.insert(byte, at: place)
        case 1 where place < bytes.count: bytes[place] = byte
        case 2 where place < bytes.count: bytes.remove(at: place)
        case 3: bytes.removeLast(bytes.count - place)
        default: bytes.insert(contentsOf: bytes[place...].prefix(chance.below(20)), at: place)
        }
    }

    /// Numbers of many digits or very small ones are those where Foundation is known to go wrong.
    private func isComparable(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        return !text.contains(/[eE]-[0-9]{3}/) && !text.contains(/0[eE]/) && !text.contains(/[0-9]\.[0-9]{15}/)
            && !text.contains(/[0-9]{15}\.[0-9]/)
    }

    @Test func `stays readable for a decoder that is kept`() throws {
        struct Keeper: Decodable {
            let container: KeyedDecodingContainer<Keys.Key>
            let decoder: any Decoder
            init(from decoder: any Decoder) throws {
                container = try decoder.container(keyedBy: Keys.Key.self)
                self.decoder = try container.superDecoder(forKey: Keys.Key(stringValue: "b"))
            }
        }
        let kept = try JSON.decode([Keeper].self, from: Array(#"[{"a":1,"b":["x"]},{"b":5}]"#.utf8))
        #expect(try kept[0].container.decode(Int.self, forKey: Keys.Key(stringValue: "a")) == 1)
        #expect(try [String](from: kept[0].decoder) == ["x"])
        #expect(path(kept[1].decoder.codingPath) == "Index 1 / b")
    }

    @Test func `may have many members`() throws {
        let many = Dictionary(uniqueKeysWithValues: (0..<20_000).map { ("key \($0)", $0) })
        let bytes = try JSON.encode(many)
        #expect(try JSON.decode([String: Int].self, from: bytes) == many)
        expectSameValue(Keys.self, Array(#"{"x":0,"#.utf8) + bytes.dropFirst())
    }

    @Test func `is not quoted by errors`() {
        for document in [
            #"{"b":"secret"}"#, #""secret""#, "12345678901234567890", #"{"a":"secret","b":"x"}"#, #""\secret""#,
            "[secret]",
        ] {
            for type in Self.types {
                do {
                    _ = try JSON.decode(type, from: Array(document.utf8))
                } catch {
                    #expect(!"\(error)".contains("secret") && !"\(error)".contains("123456"), "\(error)")
                }
            }
        }
    }
}
