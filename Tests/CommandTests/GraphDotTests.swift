import DaybookLog
import DaybookModel
import Testing

@testable import DaybookCommand

/// As much of Graphviz's language as says what is drawn; anything else is an error.
private struct DotReader {
    struct Wrong: Error, CustomStringConvertible { let description: String }

    private(set) var labels: [String: String] = [:]
    private(set) var edges: [String] = []
    private var tokens: [String]
    private var place = 0

    init(_ text: String) throws {
        tokens = try DotReader.tokens(text)
        try take("digraph")
        guard try next().hasPrefix("\"") else { throw Wrong(description: "the graph has no name") }
        try take("{")
        while tokens[place] != "}" { try readStatement() }
        try take("}")
        guard place == tokens.count else { throw Wrong(description: "something follows the graph") }
        for edge in edges {
            for end in edge.split(separator: ">") where labels[String(end)] == nil {
                throw Wrong(description: "\(end) is no node")
            }
        }
    }

    private static func tokens(_ text: String) throws -> [String] {
        var tokens: [String] = []
        var rest = Substring(text)
        while let first = rest.first {
            var token = String(rest.removeFirst())
            if first == "\"" {
                while let character = rest.popFirst(), character != "\"" {
                    guard !character.isNewline else { throw Wrong(description: "a label goes over a line") }
                    token.append(character)
                    guard character == "\\" else { continue }
                    // What Graphviz would replace by something else is not what was meant.
                    guard let escaped = rest.popFirst(), "\"\\".contains(escaped) else {
                        throw Wrong(description: "an escape of Graphviz")
                    }
                    token.append(escaped)
                }
            } else if first == "-" {
                guard rest.popFirst() == ">" else { throw Wrong(description: "a lone -") }
                token = "->"
            } else if first.isLetter || first.isNumber {
                while let character = rest.first, character.isLetter || character.isNumber {
                    token.append(rest.removeFirst())
                }
            } else if first.isWhitespace {
                continue
            } else if !"{}[]=,;".contains(first) {
                throw Wrong(description: "\(first) has no place here")
            }
            tokens.append(token)
        }
        return tokens
    }

    private mutating func next() throws -> String {
        guard place < tokens.count else { throw Wrong(description: "the graph has no end") }
        place += 1
        return tokens[place - 1]
    }

    private mutating func take(_ wanted: String) throws {
        let found = try next()
        guard found == wanted else { throw Wrong(description: "\(found) in place of \(wanted)") }
    }

    private mutating func readStatement() throws {
        let name = try next()
        if tokens[place] == "=" {
            place += 2
            return try take(";")
        }
        let isEdge = tokens[place] == "->"
        if isEdge {
            try take("->")
            edges.append("\(name)>\(try next())")
        }
        var attributes: [String: String] = [:]
        if tokens[place] == "[" {
            place += 1
            repeat {
                let key = try next()
                try take("=")
                attributes[key] = try next()
            } while try next() == ","
        }
        try take(";")
        if !isEdge, name != "node" { labels[name] = attributes["label"] ?? "" }
    }
}

@Suite struct `A job's graph for Graphviz` {
    private func draw(_ daybook: Daybook, _ job: String) throws -> (text: String, read: DotReader) {
        let text = try daybook.run("log", "audit", "--job", job, "--graph", "--format", "dot").output
        return (text, try DotReader(text))
    }

    @Test func `has what led to it, what it waited for and what came of it, the same each time`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("recurring", "set", "nightly", "extract", "--every", "1h")
            try daybook.run("recurring", "trigger", "nightly")
            let lines = try daybook.run("log", "export").lines
            let extract = try #require(lines.firstIndex { $0.contains("\"kind\":\"created\"") }) + 1
            try daybook.run("enqueue", "load", "--after", "\(extract)")
            let load = extract + 1
            try daybook.run("jobs", "cancel", "\(extract)", "--actor", #"an"n \N -> x; }"#, "--reason", "no\"; x")
            let (text, read) = try draw(daybook, "\(extract)")
            #expect(read.labels["job\(extract)"]?.contains("extract, queue default: cancelled") == true)
            #expect(read.labels["job\(load)"]?.contains("load") == true)
            #expect(read.edges.contains("job\(extract)>job\(load)"))
            #expect(read.edges.contains { $0.hasPrefix("event") && $0.hasSuffix(">job\(extract)") })
            #expect(try draw(daybook, "\(extract)").text == text)
            #expect(try draw(daybook, "\(load)").read.edges == ["job\(extract)>job\(load)"])
            for wrong in [
                ["--format", "dot"], ["--graph", "--format", "dot"], ["--job", "\(load)", "--format", "dot"],
            ] {
                #expect(try daybook.start(["log", "audit"] + wrong).finish().code == 2, "\(wrong)")
            }
        }
    }

    @Test func `is cut where it would be too large to look at, and says so`() throws {
        let storage = MemoryStorage()
        let writer = LogWriter(storage)
        let count = CausalGraph.jobsMax + 5
        try writer.turn(now: .epoch) { turn in
            let genesis = Genesis(identity: Array(repeating: 1, count: 16), format: 1, program: "test")
            _ = try turn.record(Event(time: .epoch, body: .genesis(Box(genesis))))
            for index in 0..<count {
                var created = Created(name: "n", queue: "q", attempts: 1, salt: 0, arguments: [])
                if index > 0 { created.after = [Dependency(.job(2), .any)] }
                _ = try turn.perform(.enqueue(Box(created), onConflict: .existing))
            }
            _ = try turn.perform(.cancel(job: 2, expected: nil, reason: "", actor: .person("ann")))
            while try turn.goOnTelling(limit: 1_000) {}
        }
        let graph = try CausalGraph(of: 2, in: storage)
        let lines = try storage.read { try GraphText(graph, 2, in: $0) }.dot
        let read = try DotReader(lines.joined(separator: "\n"))
        #expect(read.labels.count <= CausalGraph.jobsMax + 2)
        #expect(read.labels["note1"]?.contains("only the first \(CausalGraph.jobsMax) jobs") == true)
    }

    @Test(arguments: [
        ("plain", #""plain""#), (#"a"b"#, #""a\"b""#), (#"\N\"#, #""\\N\\""#), ("a\nb\u{1B}[31m", #""a b [31m""#),
        ("\u{202E}x\u{0}", #"" x ""#), ("ä€😀", #""ä€😀""#), ("", #""""#),
    ])
    func `quotes whatever a user may have written`(text: String, quoted: String) throws {
        #expect(DotDrawing.quoted(text) == quoted)
        _ = try DotReader("digraph \(DotDrawing.quoted(text)) {}")
    }

    @Test func `cuts labels that are too long`() {
        let quoted = DotDrawing.quoted(String(repeating: "\"", count: 1_000))
        #expect(quoted == "\"" + String(repeating: "\\\"", count: DotDrawing.labelMax) + "…\"")
    }
}
