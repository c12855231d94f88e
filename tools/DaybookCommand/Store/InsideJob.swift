import DaybookLog
import DaybookModel

/// What a job's runs said of themselves, gathered from the job's events.
struct InsideJob {
    struct Line {
        let attempt: UInt32
        let line: LogLine
    }

    /// How far the latest run has come that said so.
    private(set) var progress: (attempt: UInt32, progressed: Progressed)?
    /// What the latest run has counted and measured that did.
    private(set) var report: (attempt: UInt32, reported: Reported)?
    /// The steps that are done, in their order; later runs do not repeat them.
    private(set) var steps: [String] = []
    private(set) var lines: [Line] = []

    init(_ history: JobHistory) {
        for record in history.events {
            let attempt = record.event.attempt
            switch record.event.body {
            case .progressed(let progressed): progress = (attempt, progressed.value)
            case .reported(let reported):
                var shown = reported.value
                shown.statistics = history.arguments.shown(shown.statistics)
                report = (attempt, shown)
            case .stepped(let stepped): steps.append(stepped.value.step)
            case .logged(let logged):
                for text in logged.value.lines {
                    let line = LogLine(text) ?? LogLine(time: record.event.time, level: .info, text: text)
                    lines.append(Line(attempt: attempt, line: line))
                }
            default: break
            }
        }
    }

    /// For people, labelled as the other facts of a job are.
    var facts: [String] {
        var facts: [String] = []
        if let (attempt, progressed) = progress {
            let words = progressed.text.isEmpty ? "" : ", \(progressed.text)"
            facts.append("progress   \(progressed.percent)\(words) (run \(attempt))")
        }
        if let (attempt, reported) = report {
            if !reported.counters.isEmpty {
                facts.append("counters   \(String(decoding: reported.counters, as: UTF8.self)) (run \(attempt))")
            }
            if !reported.statistics.isEmpty {
                facts.append("statistics \(String(decoding: reported.statistics, as: UTF8.self)) (run \(attempt))")
            }
        }
        if !steps.isEmpty { facts.append("steps      \(steps.joined(separator: ", "))") }
        return facts
    }

    /// `isWhole`: with every line; else with none.
    func write(to json: inout JSONWriter, isWhole: Bool) {
        if let (attempt, progressed) = progress {
            json.key("progress")
            json.object { json in
                json.field("run", UInt64(attempt))
                json.field("millionths", progressed.millionths)
                json.field("text", progressed.text)
            }
        }
        if let (_, reported) = report {
            InsideJob.write("counters", reported.counters, &json)
            InsideJob.write("statistics", reported.statistics, &json)
        }
        if !steps.isEmpty {
            json.key("steps")
            json.array { json in for step in steps { json.value(step) } }
        }
        guard isWhole else { return }
        json.key("log")
        json.array { json in
            for line in lines { json.object { line.write(to: &$0) } }
        }
    }

    /// Nobody vouches for its being JSON.
    private static func write(_ key: String, _ bytes: [UInt8], _ json: inout JSONWriter) {
        guard !bytes.isEmpty else { return }
        json.key(key)
        var scanner = JSONScanner()
        if (try? scanner.scan(bytes)) == 0..<bytes.count {
            json.raw(bytes)
        } else {
            json.value(String(decoding: bytes, as: UTF8.self))
        }
    }
}

extension InsideJob.Line {
    func write(to json: inout JSONWriter) {
        json.field("run", UInt64(attempt))
        json.field("time", line.time)
        json.field("level", line.level.name)
        json.field("text", line.text)
    }

    /// A row for people: the instant, the run, the level, and what was said.
    static let columns: [TablePrinter.Column] = [
        .init("TIME"), .init("RUN", .right), .init("LEVEL"), .init("TEXT", gives: true),
    ]

    var cells: [TablePrinter.Cell] {
        [.init(line.time.forPeople), "\(attempt)", .init(line.level.name, colour), .init(line.text)]
    }

    private var colour: Colour? {
        switch line.level {
        case .trace, .debug, .info, .notice: nil
        case .warning: .yellow
        case .error, .critical: .red
        }
    }
}
