import DaybookModel
import Testing

@testable import DaybookLog

@Suite struct `A search by text` {
    private func finds(_ wanted: String, _ arguments: String) -> Bool {
        TextSearch(wanted).isIn(escaped: Array(arguments.utf8))
    }

    @Test(arguments: [
        ("über", #"{"a":"\u00fcber"}"#), ("ÜBER", #"{"a":"\u00FCber"}"#), ("über", #"{"a":"ÜBER"}"#),
        (#"\u00fcber"#, #"{"a":"\u00fcber"}"#), ("größe", "GRÖßE"), ("GRÖSSE", "größe"), ("größe", "GRÖSSE"),
        ("ΟΔΟΣ", "οδος"), ("улица", "УЛИЦА"), ("ՍԵՎ", "սեվ"), ("ｔｅｓｔ", "ＴＥＳＴ"), ("請送到", "x 請送到 y"),
        ("😀", #""\ud83d\ude00""#), ("a/b", #""a\/b""#), ("say \"hi\"", #""say \"hi\"""#), ("one\ntwo", #""one\ntwo""#),
        ("Bar", #"{"foo":"bar"}"#), ("", "x"), ("", ""),
    ])
    func `finds letters of either case, escaped or not`(_ wanted: String, _ arguments: String) {
        #expect(finds(wanted, arguments))
    }

    @Test(arguments: [
        ("über", #"{"a":"uber"}"#), ("uber", #"{"a":"\u00fcber"}"#), ("x", ""), ("ü", "u"),
        ("abc", "ab"), ("é", "ê"), ("улица", "улиц"),
    ])
    func `finds nothing that is not there`(_ wanted: String, _ arguments: String) {
        #expect(!finds(wanted, arguments))
    }

    @Test(
        arguments: [
            [0xFF, 0xFE], [0xC3], [0xE2, 0x82], [0x80, 0x41, 0xC3, 0xBC], [0x5C], [0x5C, 0x75],
            [0x5C, 0x75, 0x30, 0x30, 0x67, 0x30],
            Array(#"\ud800 \udc00 \ud800A"#.utf8), [0xF0, 0x9F, 0x98],
        ] as [[UInt8]])
    func `goes through any bytes`(_ bytes: [UInt8]) {
        #expect(!TextSearch("zebra").isIn(escaped: bytes))
        #expect(!TextSearch("Zébra").isIn(escaped: bytes))
        #expect(TextSearch("zebra").isIn(escaped: bytes + Array(" \\u005aEBRA".utf8)))
    }

    /// Every letter that has a case, in a text of the other case.
    @Test func `knows all letters that have a case`() {
        for number in UInt32(0x41)...0x1_F000 {
            guard let scalar = Unicode.Scalar(number), scalar.properties.changesWhenCaseMapped else { continue }
            let letter = String(Character(scalar))
            for other in [letter.uppercased(), letter.lowercased()] where !hasOneOfItsOwn(scalar) {
                #expect(TextSearch("x\(letter)y").isIn("ü X\(other)Y"), "\(letter) \(String(number, radix: 16))")
            }
        }
    }

    /// Small letters whose capital is written as another small letter would be: İ is i with a dot above.
    private func hasOneOfItsOwn(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.uppercaseMapping.lowercased().uppercased() != scalar.properties.uppercaseMapping
            || scalar == "\u{130}"
    }

    @Test func `looks at names, tags, keys and display names, too`() {
        var job = Created(name: "mail", queue: "q", attempts: 1, salt: 0, arguments: [])
        job.tags = ["Europe"]
        job.key = "order:17"
        job.display = "Größe {0}"
        for wanted in ["MAIL", "europe", "ORDER:1", "grÖß"] { #expect(TextSearch(wanted).isIn(job), "\(wanted)") }
        #expect(!TextSearch("asia").isIn(job))
    }
}
