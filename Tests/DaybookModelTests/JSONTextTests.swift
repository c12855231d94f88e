import DaybookModel
import Testing

@Suite("JSON texts")
struct JSONTextTests {
    @Test func `are escaped in one way`() {
        var bytes: [UInt8] = []
        JSONText.appendQuoted("a\"b\\c/\u{8}\n\u{1F}\u{7F}é😀\0", to: &bytes)
        let expected = "\"a\\\"b\\\\c/\\u0008\\u000a\\u001f\u{7F}é😀\\u0000\""
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test func `come back from every escape`() {
        let escaped = "\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u00E9\\ud83d\\ude00\\u0000x"
        #expect(Array(escaped.utf8).withUnsafeBytes(JSONText.string) == "\"\\/\u{8}\u{C}\n\r\tééx".inserting("😀\0"))
    }

    @Test func `come back as they were, whatever they hold`() throws {
        let seed: UInt64 = 23
        var chance = CronChance(seed: seed)
        var scanner = JSONScanner(allowsNUL: true)
        for round in 0..<5_000 {
            let text = randomText(&chance)
            var bytes: [UInt8] = []
            JSONText.appendQuoted(text, to: &bytes)
            let range = try bytes.withUnsafeBytes { bytes throws(JSONSyntaxError) in try scanner.scanWhole(bytes) }
            #expect(range == 0..<bytes.count)
            let back = bytes[1..<bytes.count - 1].withUnsafeBytes(JSONText.unescaped)
            #expect(back == Array(text.utf8), "seed \(seed), round \(round)")
        }
    }

    private func randomText(_ chance: inout CronChance) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<chance.value(0...30) {
            let limit = [0x20, 0x80, 0x800, 0x10000, 0x110000][chance.value(0...4)]
            text.append(Unicode.Scalar(UInt32(chance.value(0...limit - 1))) ?? "\\")
        }
        return String(text)
    }
}

extension String {
    /// This text with `other` before its last character.
    fileprivate func inserting(_ other: String) -> String { dropLast() + other + suffix(1) }
}
