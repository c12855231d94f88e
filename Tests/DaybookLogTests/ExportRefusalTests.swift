import DaybookLog
import DaybookModel
import Foundation
import Testing

@Suite("An export that is not what a log gave")
struct ExportRefusalTests {
    private let lines: [String]

    init() throws {
        lines = try MemoryStorage.lived(seed: 11, turns: 30).exportedLines()
    }

    /// Both ways of reading refuse it, and say so.
    private func expectRefused(
        _ lines: [String], _ sentence: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let export = lines.asExport
        for message in [
            refusal { _ = try verified(export) }, refusal { _ = try imported(export, into: MemoryStorage()) },
        ] {
            #expect(message?.contains(sentence) == true, "\(message ?? "taken")", sourceLocation: sourceLocation)
        }
    }

    private func expectRefused(
        replacing old: String, by new: String, _ sentence: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let index = try #require(lines.firstIndex { $0.contains(old) }, sourceLocation: sourceLocation)
        var changed = lines
        let range = try #require(changed[index].range(of: old), sourceLocation: sourceLocation)
        changed[index].replaceSubrange(range, with: new)
        expectRefused(changed, sentence, sourceLocation: sourceLocation)
    }

    @Test func `is taken as long as nothing was done to it`() throws {
        #expect(try verified(lines.asExport).last == UInt64(lines.count))
        // Nor does it matter whether the last line is ended.
        #expect(try verified(lines.asExport.dropLast()).last == UInt64(lines.count))
    }

    @Test func `is refused where a line was changed`() throws {
        try expectRefused(
            replacing: "\"queue\":\"mail\"", by: "\"queue\":\"male\"",
            "something in the line was "
                + "changed")
        try expectRefused(replacing: "\"args\":{\"n\":", by: "\"args\":{\"n\":1", "something in the line was changed")
        try expectRefused(
            replacing: "\"time\":\"2026-03-01T12", by: "\"time\":\"2026-03-01T13",
            "something in the "
                + "line was")
        try expectRefused(
            replacing: "\"kind\":\"claimed\"", by: "\"kind\":\"enqueued\"",
            "something in the line "
                + "was changed")
        try expectRefused(replacing: "\"salt\":\"", by: "\"salt\":\"0", "salt is not 16 hex digits")
        try expectRefused(replacing: "\"hash\":\"", by: "\"hash\":\"00", "hash is not 64 hex digits")
        try expectRefused(replacing: "person:ann", by: "person:eve", "something in the line was changed")
        try expectRefused(replacing: "\"actor\":\"process:2", by: "\"actor\":\"process:9", "actor is not what")
    }

    @Test func `names line and event`() throws {
        let index = try #require(lines.firstIndex { $0.contains("person:ann") })
        var changed = lines
        changed[index] = changed[index].replacing("person:ann", with: "person:eve")
        expectRefused(changed, "Line \(index + 1), event \(index + 1): its hash is ")
    }

    @Test func `is refused where the seal of a commit was changed`() throws {
        try expectRefused(replacing: "\"ledgers\":\"", by: "\"ledgers\":\"0", "ledgers is not 32 hex digits")
        let index = try #require(lines.firstIndex { $0.contains("\"head\"") })
        for key in ["ledgers", "head"] {
            var changed = lines
            let start = try #require(changed[index].range(of: "\"\(key)\":\"")).upperBound
            let digit = changed[index][start]
            changed[index].replaceSubrange(start...start, with: digit == "0" ? "1" : "0")
            expectRefused(changed, "follows from what came before")
        }
        try expectRefused(
            replacing: "\"count\":1,", by: "\"count\":2,",
            "its commit says that it has 2 events, "
                + "and 1 are")
        try expectRefused(replacing: ",\"count\":1", by: "", "count is missing")
    }

    @Test func `is refused where lines are missing`() {
        for index in [1, lines.count / 2] {
            var shorter = lines
            shorter.remove(at: index)
            expectRefused(shorter, "event \(index + 1) is missing before it")
        }
        expectRefused(Array(lines[..<2] + lines[6...]), "events 3 to 6 are missing before it")
        expectRefused(Array(lines.dropFirst()), "the beginning of the log is missing")
    }

    @Test func `is refused where lines were reordered or stand twice`() {
        var swapped = lines
        swapped.swapAt(3, 4)
        expectRefused(swapped, "event 4 is missing before it")
        expectRefused(
            Array(lines[..<5] + lines[4...]),
            "it stands behind event 5: lines were reordered, or two "
                + "exports")
        expectRefused(lines + lines, "it stands behind event \(lines.count)")
    }

    @Test func `is refused where it was joined from two logs`() throws {
        let other = try MemoryStorage.lived(seed: 12, turns: 30).exportedLines()
        let ends = Set(lines.indices.filter { lines[$0].contains("\"head\"") })
        let joint = try #require(other.indices.first { $0 > 3 && ends.contains($0) && other[$0].contains("\"head\"") })
        expectRefused(Array(lines[...joint] + other[(joint + 1)...]), "commits come from another log")
    }

    @Test func `is refused where it ends in the middle of a commit`() throws {
        let cut = try #require(lines.indices.last { !lines[$0].contains("\"head\"") })
        let end = try #require(lines.indices.first { $0 > cut && lines[$0].contains("\"head\"") }) + 1
        expectRefused(
            Array(lines[...cut]),
            "It ends in the middle of the commit that ends with event \(end); the rest of it "
                + "is missing.")
        let part = try verified(Array(lines[...cut]).asExport, allowsParts: true)
        #expect(part.cutCommit == UInt64(end))
    }

    @Test func `is refused where commits were moved`() throws {
        // The first event of a commit of several: none before it says where that commit ends.
        let index = try #require(
            lines.indices.first { $0 > 2 && !lines[$0].contains("\"head\"") && lines[$0 - 1].contains("\"head\"") })
        var changed = lines
        let commit = try #require(changed[index].firstMatch(of: #/"commit":(\d+)/#)?.output.1)
        changed[index] = changed[index].replacing("\"commit\":\(commit)", with: "\"commit\":\(commit)0")
        expectRefused(changed, "commit that ends with")
        changed[index] = changed[index].replacing("\"commit\":\(commit)0", with: "\"commit\":1")
        expectRefused(changed, "which comes before it")
        changed[index] = changed[index].replacing("\"commit\":1,", with: "\"commit\":\(index + 1),")
        expectRefused(changed, "it ends a commit, but count, ledgers and head are missing")
    }

    @Test(
        arguments: [
            ("", "it is not JSON: a JSON value is missing"), ("[]", "it is not a JSON object"),
            ("{}", "seq is missing"),
            ("{\"seq\":1,\"seq\":1}", "an object has the same key twice"),
            ("{\"seq\":1,\"colour\":\"red\"}", "named \"colour\""),
            ("{\"seq\":1 }", "white space"), (" {\"seq\":1}", "white space"), ("{\"seq\": 1}", "white space"),
            ("{\"seq\":01}", "it is not JSON"), ("{\"seq\":1.0}", "seq is not a number"),
            ("{\"seq\":1e0}", "seq is not a number"),
            ("{\"seq\":\"1\"}", "seq is not a number"), ("{\"seq\":-1}", "seq is not a number"),
            ("{\"seq\":18446744073709551616}", "seq is not a number"), ("{\"seq\":0", "it is not JSON"),
            ("{\"time\":\"2026-03-01T12:00:00Z\"}", "time is not a time"),
            ("{\"time\":\"2026-02-29T12:00:00.000000Z\"}", "time is not a time"),
            ("{\"kind\":\"sneezed\"}", "kind is none that this release knows"),
            ("{\"kind\":\"kind256\"}", "kind is none"),
            ("{\"kind\":\"kind1\",\"time\":\"1970-01-01T00:00:00.000000Z\"}", "time does not stand where it should"),
            ("{\"seq\":1,\"queue\":\"q\"}", "queue does not stand where it should"),
            ("{\"actor\":7}", "actor is not a text"),
            ("{\"actor\":\"system\",\"tags\":\"a\"}", "\"tags\" is not an array"),
            ("{\"actor\":\"system\",\"tags\":[]}", "\"tags\" is not an array with something in it"),
            ("{\"actor\":\"system\",\"tags\":[\"a\", \"b\"]}", "\"tags\" is not an array without white space"),
            ("{\"actor\":\"system\",\"queue\":\"\\u0061\"}", "\"queue\" is not a text as an export writes it"),
            ("{\"actor\":\"system\",\"queue64\":\"YQ\"}", "\"queue64\" is not base64"),
            ("{\"actor\":\"system\",\"queue64\":\"YR==\"}", "\"queue64\" is not base64"),
            ("{\"actor\":\"system\",\"priority64\":\"YQ==\"}", "named \"priority64\""),
            ("{\"actor\":\"system\",\"priority\":-0}", "\"priority\" is not a whole number"),
            ("{\"actor\":\"system\",\"charged\":1}", "\"charged\" is not true or false"),
            ("{\"actor\":\"system\",\"identity\":\"AB\"}", "\"identity\" is not hex digits"),
            ("{\"actor\":\"system\",\"field7.4\":1}", "named \"field7.4\""),
            ("{\"actor\":\"system\",\"field0.0\":1}", "named"),
            ("{\"actor\":\"system\",\"field7.3\":\"00\"}", "\"field7.3\" is not 16 hex digits"),
            ("{\"actor\":\"system\",\"note\":\"a\",\"rawFacts\":\"\"}", "rawFacts does not stand where it should"),
            ("{\"actor\":\"system\",\"rawPayload\":\"\"}", "rawPayload stands without a salt"),
            (
                #"{"seq":1,"time":"1970-01-01T00:00:00.000000Z","kind":"genesis","version":1,"actor":"system"}"#,
                "version 1 is told by leaving it out"
            ),
            (
                #"{"seq":1,"time":"1970-01-01T00:00:00.000000Z","kind":"genesis","job":2,"actor":"system"}"#,
                "job is not the number of this event or of one before it"
            ),
            (
                "{\"seq\":1,\"time\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"genesis\",\"actor\":\"system\"}",
                "commit is missing"
            ),
        ])
    func `is refused where a line is none`(_ line: String, _ sentence: String) {
        expectRefused([line], sentence)
    }

    @Test func `is refused where it is no text or no export at all`() {
        expectRefused([], "There is no event in it")
        #expect(refusal { _ = try verified([0xFF, 10]) }?.contains("it is not JSON") == true)
        let notUTF8 = Array("{\"seq\":1,\"time\":\"".utf8) + [0xC3, 0x28] + Array("\"}\n".utf8)
        #expect(refusal { _ = try verified(notUTF8) }?.contains("a text is not UTF-8") == true)
        let endless = [UInt8](repeating: UInt8(ascii: "x"), count: 17 << 20)
        #expect(refusal { _ = try verified(endless, chunkBytes: 1 << 20) }?.contains("longer than 16 MB") == true)
        #expect(
            refusal { _ = try verified(endless + [10], chunkBytes: 32 << 20) }?.contains("longer than 16 MB") == true)
    }

    @Test func `is found out wherever one bit is flipped`() throws {
        let storage = MemoryStorage()
        var workload = ReplayWorkload(seed: 4, try LogWriter.opened(storage))
        try workload.run(turns: 3)
        var export = try storage.exported()
        for index in export.indices {
            for bit in UInt8(0)..<8 where runsEverything || Int(bit) == index % 32 {
                export[index] ^= 1 << bit
                // The line feed at the very end may be anything that is white space, or nothing.
                let message = refusal { _ = try verified(export, chunkBytes: export.count) }
                if index < export.count - 1 { #expect(message != nil, "byte \(index), bit \(bit)") }
                export[index] ^= 1 << bit
            }
        }
    }

    @Test func `cannot be imported without its payloads`() throws {
        let storage = try MemoryStorage.lived(seed: 11, turns: 30)
        let redacted = try storage.exported(redacted: true)
        let message = refusal { _ = try imported(redacted, into: MemoryStorage()) }
        #expect(
            message?.contains("its payload is withheld; a redacted export can be verified but not imported") == true)
        let report = try verified(redacted)
        #expect(report.withheldPayloads > 0)
        #expect(report.head == (try verified(storage.exported())).head)
        let line = try #require(redacted.lines.firstIndex { $0.contains("payloadBytes") })
        var changed = redacted.lines
        changed[line] = changed[line].replacing(#/"payloadBytes":(\d+)/#) { "\"payloadBytes\":\($0.output.1)0" }
        #expect(refusal { _ = try verified(changed.asExport) }?.contains("something in the line was changed") == true)
    }

    @Test func `is refused where the ledgers do not follow from it`() throws {
        // Sealed with digests of empty ledgers, as no writer would.
        let storage = MemoryStorage()
        try storage.append([
            [Event(time: .second(0), body: .genesis(Box(Genesis(identity: [1], format: 1, program: ""))))]
        ])
        let export = try storage.exported()
        #expect(try verified(export).last == 1)
        let message = refusal { _ = try imported(export, into: MemoryStorage()) }
        #expect(message?.hasPrefix("Line 1, event 1: the digest of the ledgers is ") == true)
    }

    @Test func `is refused where an event cannot follow from those before it`() throws {
        let storage = MemoryStorage()
        _ = try LogWriter.opened(storage)
        try storage.append([[Event(time: .second(0), job: 1, actor: .process(1), body: .claimed)]])
        let message = refusal { _ = try imported(storage.exported(), into: MemoryStorage()) }
        #expect(message?.contains("Line 2, event 2 cannot follow from what came before: claimed") == true)
    }

    @Test func `is not imported where there are events already`() throws {
        let storage = try MemoryStorage.lived(seed: 1, turns: 1)
        #expect(refusal { _ = try LogImporter(into: storage) }?.contains("There are events already") == true)
    }
}
