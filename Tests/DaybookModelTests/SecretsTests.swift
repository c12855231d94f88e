import Testing

@testable import DaybookModel

struct SecretsTests {
    private func covered(_ text: String, _ fields: [String] = ["pin", "of \"it\""]) throws -> String {
        let secrets = try #require(Secrets(fields, arguments: []))
        return String(decoding: secrets.json(Array(text.utf8)), as: UTF8.self)
    }

    @Test func `secret fields are covered at any depth, whatever stands in them`() throws {
        let mark = "\"•••\""
        for (text, wanted) in [
            ("{\"pin\":1}", "{\"pin\":\(mark)}"), ("{\"pin\" : \"x\" , \"a\":1}", "{\"pin\":\(mark) , \"a\":1}"),
            ("[{\"a\":{\"pin\":[1,{\"b\":\"]\"}]}},2]", "[{\"a\":{\"pin\":\(mark)}},2]"),
            ("{\"pin\":null,\"pins\":2}", "{\"pin\":\(mark),\"pins\":2}"),
            ("{\"p\\u0069n\":\"x\"}", "{\"p\\u0069n\":\(mark)}"),
            ("{\"of \\\"it\\\"\":true}", "{\"of \\\"it\\\"\":\(mark)}"), ("[\"pin\",1]", "[\"pin\",1]"),
            ("{\"a\":\"pin\"}", "{\"a\":\"pin\"}"), ("{\"a\":\"\\\"pin\\\":1\"}", "{\"a\":\"\\\"pin\\\":1\"}"),
            ("not JSON pin:1", mark), ("", ""),
        ] { #expect(try covered(text) == wanted, "\(text)") }
    }

    @Test func `texts lose the values that they quote, but for those too short to tell`() throws {
        let arguments = "{\"pin\":[\"hunter2\",12345,\"ab\",\"a\\nbcd\"],\"open\":\"hunter\"}"
        let secrets = try #require(Secrets(["pin"], arguments: Array(arguments.utf8)))
        #expect(secrets.text("hunter2 and 12345, ab hunter") == "••• and •••, ab hunter")
        #expect(secrets.text("a\nbcd") == "•••")
        #expect(secrets.text("") == "")
        #expect(Secrets([], arguments: Array(arguments.utf8)) == nil)
    }

    @Test func `JSON in which a secret is quoted stays JSON`() throws {
        let arguments = #"{"pin":[1234,"a\"b\\","\":1}"],"open":1}"#
        let secrets = try #require(Secrets(["pin"], arguments: Array(arguments.utf8)))
        var scanner = JSONScanner()
        for (text, wanted) in [
            (#"{"sum":712345,"a":12}"#, #"{"sum":"•••","a":12}"#), ("-1234.5", #""•••""#),
            (#"["xa\"b\\y",null]"#, #"["x•••y",null]"#), (#"{"k":1}"#, #"{"k":1}"#),
            (#"{"a":"no\u0020secret"}"#, #"{"a":"no\u0020secret"}"#),
            (#"{"a":"\u0031234"}"#, #"{"a":"•••"}"#),
        ] {
            let shown = secrets.json(Array(text.utf8))
            #expect(String(decoding: shown, as: UTF8.self) == wanted)
            #expect((try? scanner.scan(shown)) != nil, "\(text)")
        }
    }

    @Test func `of other arguments that a job had the values are covered as well`() throws {
        let secrets = try #require(
            Secrets(["pin"], arguments: Array(#"{"pin":"first"}"#.utf8), others: [Array(#"{"pin":"later"}"#.utf8)]))
        #expect(secrets.text("first, later, else") == "•••, •••, else")
    }
}
