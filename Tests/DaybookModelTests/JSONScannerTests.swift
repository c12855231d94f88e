import DaybookModel
import Testing

@Suite("JSON that nobody vouches for")
struct JSONScannerTests {
    @Test(
        arguments: [
            "0", "-0", "12.5e-3", "1E+2", "true", "false", "null", "\"\"", "[]", "{}", " [ 1 , { \"a\" : [ ] } ] ",
            "{\"a\":{\"a\":1},\"b\":{\"a\":1}}", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"", "\"é漢😀\"",
            "\"\u{7F}\u{2028}\"", "[1,2.0,-3e4,\"x\",null,true,false,{}]", "\n\t\r {\"\":0}",
        ])
    func `is taken where it is well formed`(_ text: String) throws {
        var scanner = JSONScanner()
        let bytes = Array(text.utf8)
        let range = try bytes.withUnsafeBytes { bytes throws(JSONSyntaxError) in try scanner.scanWhole(bytes) }
        #expect(String(decoding: bytes[range], as: UTF8.self) == text.trimmed)
    }

    @Test(
        arguments: [
            ("", .valueMissing, 0), ("  ", .valueMissing, 2), ("]", .valueMissing, 0), ("{]", .unexpectedByte, 1),
            ("[1,]", .unexpectedByte, 3), ("{\"a\":1,}", .unexpectedByte, 7), ("[1 2]", .unexpectedByte, 3),
            ("[1}", .unexpectedByte, 2), ("{\"a\":1]", .unexpectedByte, 6), ("{1:2}", .unexpectedByte, 1),
            ("{\"a\" 1}", .unexpectedByte, 5), ("tru", .endsTooEarly, 3), ("trve", .unexpectedByte, 2),
            ("nul ", .unexpectedByte, 3), ("[", .endsTooEarly, 1), ("{\"a\"", .endsTooEarly, 4),
            ("{\"a\":", .endsTooEarly, 5), ("[1", .endsTooEarly, 2), ("\"abc", .endsTooEarly, 4),
            ("\"\\", .endsTooEarly, 2), ("1 2", .somethingFollows, 2), ("{}{}", .somethingFollows, 2),
            ("01", .badNumber, 1), ("-", .badNumber, 1), ("1.", .badNumber, 2), ("1e", .badNumber, 2),
            ("1e+", .badNumber, 3), ("-x", .badNumber, 1), ("+1", .valueMissing, 0), (".5", .valueMissing, 0),
            ("NaN", .valueMissing, 0), ("'a'", .valueMissing, 0), ("\"\\x\"", .badEscape, 1),
            ("\"\\u12g4\"", .badEscape, 1), ("\"\\ud800\"", .badEscape, 1), ("\"\\ude00\"", .badEscape, 1),
            ("\"\\ud800\\u0041\"", .badEscape, 1), ("\"a\nb\"", .controlCharacter, 2), ("\"\0\"", .nul, 1),
            ("\"a\\u0000\"", .nul, 2), ("{\"a\":1,\"a\":2}", .duplicateKey, 8),
            ("{\"a\":1,\"\\u0061\":2}", .duplicateKey, 8), ("[{\"x\":{\"b\":1,\"c\":2,\"b\":3}}]", .duplicateKey, 20),
        ] as [(String, JSONSyntaxError.Problem, Int)])
    func `is refused where it is not, with the place`(_ text: String, _ problem: JSONSyntaxError.Problem, _ at: Int) {
        let error = refusal(Array(text.utf8))
        #expect(error?.problem == problem)
        #expect(error?.offset == at)
    }

    @Test(
        arguments: [
            [0xC0, 0x80], [0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xFF],
            [0xF8, 0x88, 0x80, 0x80, 0x80],
        ] as [[UInt8]])
    func `is refused where a text is not UTF-8`(_ bytes: [UInt8]) {
        #expect(refusal([0x22] + bytes + [0x22])?.problem == .notUTF8)
    }

    @Test func `may be 64 deep and no deeper, and depth costs no stack`() {
        let deep = { (depth: Int) in Array(repeating: UInt8(ascii: "["), count: depth) }
        let closed = { (depth: Int) in deep(depth) + Array(repeating: UInt8(ascii: "]"), count: depth) }
        #expect(refusal(closed(64)) == nil)
        #expect(refusal(closed(65))?.problem == .tooDeep(64))
        #expect(refusal(deep(100_000))?.problem == .tooDeep(64))
        #expect(refusal(closed(100_000), JSONScanner(depthMax: 100_000)) == nil)
    }

    @Test func `may hold NUL only where that is asked for`() {
        #expect(refusal(Array("\"\\u0000\"".utf8), JSONScanner(allowsNUL: true)) == nil)
        #expect(refusal([0x22, 0, 0x22], JSONScanner(allowsNUL: true))?.problem == .nul)
    }

    @Test func `finds a key that stands twice among very many`() {
        let members = (0..<50_000).map { "\"k\($0)\":\($0)" }
        #expect(refusal(Array("{\(members.joined(separator: ","))}".utf8)) == nil)
        #expect(refusal(Array("{\(members.joined(separator: ",")),\"k31\\u0037\":0}".utf8))?.problem == .duplicateKey)
    }

    @Test func `tells the members of the outermost object in their order`() throws {
        var scanner = JSONScanner()
        let text = " { \"b\" : [1, {\"x\": 2}] ,\"a\\n\":\"t\", \"c\":{\"d\":{}} } tail"
        let bytes = Array(text.utf8)
        let end = try bytes.withUnsafeBytes { bytes throws(JSONSyntaxError) in try scanner.scanValue(bytes) }.upperBound
        #expect(String(decoding: bytes[end...], as: UTF8.self) == " tail")
        let members = scanner.members.map {
            [String(decoding: bytes[$0.key], as: UTF8.self), String(decoding: bytes[$0.value], as: UTF8.self)]
        }
        #expect(members == [["b", "[1, {\"x\": 2}]"], ["a\\n", "\"t\""], ["c", "{\"d\":{}}"]])
        let kinds = scanner.members.map { JSONKind(firstByte: bytes[$0.value.lowerBound]) }
        #expect(kinds == [.array, .text, .object])
    }

    @Test func `has no members where the value is no object`() throws {
        var scanner = JSONScanner()
        for text in ["{\"a\":1}", "[{\"a\":1}]"] {
            _ = try Array(text.utf8).withUnsafeBytes { bytes throws(JSONSyntaxError) in try scanner.scanWhole(bytes) }
        }
        #expect(scanner.members.isEmpty)
    }
}

private func refusal(_ bytes: [UInt8], _ scanner: JSONScanner = JSONScanner()) -> JSONSyntaxError? {
    var scanner = scanner
    do {
        _ = try bytes.withUnsafeBufferPointer { bytes throws(JSONSyntaxError) in
            try scanner.scanWhole(UnsafeRawBufferPointer(bytes))
        }
        return nil
    } catch {
        return error
    }
}

extension String {
    fileprivate var trimmed: String {
        let space: Set<Character> = [" ", "\n", "\t", "\r", "\r\n"]
        return String(drop(while: { space.contains($0) }).reversed().drop(while: { space.contains($0) }).reversed())
    }
}
