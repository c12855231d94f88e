import DaybookLog
import DaybookModel

/// What led to a job and what came of it, as a tree in text and as JSON.
struct GraphText {
    let graph: CausalGraph
    let job: SequenceNumber
    private let names: [SequenceNumber: String]
    private let states: [SequenceNumber: JobState]

    init(_ graph: CausalGraph, _ job: SequenceNumber, in log: any LogSnapshot) throws {
        self.graph = graph
        self.job = job
        var names: [SequenceNumber: String] = [:]
        var states: [SequenceNumber: JobState] = [:]
        let others = graph.causes.map(\.event.job) + graph.dependencies.compactMap(GraphText.parent)
        for number in Set([job] + others.filter { $0 != 0 } + graph.effects.flatMap(\.allJobs)) {
            let event = try log.event(number) { try Event($0, at: number, withPayload: false) }
            switch event?.body {
            case .created(let created)?: names[number] = "\(created.value.name), queue \(created.value.queue)"
            case .batchCreated(let name, _)?: names[number] = name.isEmpty ? "batch" : "batch \(name)"
            default: break
            }
            states[number] = try Books.storedJob(number, in: log)?.state
        }
        self.names = names
        self.states = states
    }

    static func parent(_ dependency: Dependency) -> SequenceNumber? {
        if case .job(let parent) = dependency.parent { parent } else { nil }
    }

    func title(_ number: SequenceNumber) -> String {
        let name = names[number].map { " \($0)" } ?? ""
        return "job \(number)\(name): \(states[number]?.name ?? "deleted")"
    }

    func line(_ event: LoggedEvent) -> String {
        let record = EventRecord(sequence: event.sequence, event: event.event)
        let detail = event.event.body.detail
        let by = "\(record.kindName) (event \(event.sequence)) at \(event.time.forPeople) by \(event.actor)"
        return detail.isEmpty ? by : "\(by): \(detail)"
    }

    // MARK: Text

    var lines: [String] {
        var lines: [String] = []
        if !graph.causes.isEmpty {
            lines.append("led to by")
            for (depth, cause) in graph.causes.enumerated() {
                let indent = String(repeating: "   ", count: depth)
                let of = cause.event.job == 0 ? "" : "\(title(cause.event.job)) – "
                lines.append("\(indent)└─ \(of)\(line(cause))")
            }
        }
        if !graph.dependencies.isEmpty {
            lines.append("waited for")
            for (index, dependency) in graph.dependencies.enumerated() {
                let branch = index == graph.dependencies.count - 1 ? "└─" : "├─"
                let what = GraphText.parent(dependency).map(title) ?? dependency.description
                lines.append("\(branch) \(dependency.condition.rawValue) of \(what)")
            }
        }
        lines.append(title(job))
        lines += graph.history.map { "   \(line($0))" }
        if !graph.effects.isEmpty { lines.append("led to") }
        add(graph.effects, indent: "", to: &lines)
        if graph.isCut { lines.append("… and more: only the first \(CausalGraph.jobsMax) jobs are shown") }
        return lines
    }

    private func add(_ effects: [CausalGraph.Effect], indent: String, to lines: inout [String]) {
        for (index, effect) in effects.enumerated() {
            let isLast = index == effects.count - 1
            let how = "\(effect.kind?.name ?? "event") \(effect.by), because of event \(effect.cause)"
            lines.append("\(indent)\(isLast ? "└─" : "├─") \(title(effect.job)) – \(how)")
            add(effect.effects, indent: indent + (isLast ? "   " : "│  "), to: &lines)
        }
    }

    // MARK: JSON

    var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            write(job, to: &json)
            json.key("causes")
            json.array { json in for cause in graph.causes { write(cause, to: &json) } }
            json.field("after", graph.dependencies.map(\.description))
            json.key("events")
            json.array { json in for event in graph.history { write(event, to: &json) } }
            write(graph.effects, to: &json)
            json.field("isCut", graph.isCut)
        }
        return json.bytes
    }

    private func write(_ number: SequenceNumber, to json: inout JSONWriter) {
        json.field("job", number)
        json.field("what", names[number])
        json.field("state", states[number]?.name ?? "deleted")
    }

    private func write(_ event: LoggedEvent, to json: inout JSONWriter) {
        json.object { json in
            json.field("seq", event.sequence)
            json.field("time", event.time)
            json.field("kind", EventRecord(sequence: event.sequence, event: event.event).kindName)
            json.field("job", event.job?.rawValue)
            json.field("actor", event.actor.description)
            json.field("cause", event.cause)
            json.field("reason", event.reason.isEmpty ? nil : event.reason)
        }
    }

    private func write(_ effects: [CausalGraph.Effect], to json: inout JSONWriter) {
        json.key("effects")
        json.array { json in
            for effect in effects {
                json.object { json in
                    write(effect.job, to: &json)
                    json.field("by", effect.by)
                    json.field("kind", effect.kind?.name)
                    json.field("cause", effect.cause)
                    write(effect.effects, to: &json)
                }
            }
        }
    }
}

extension CausalGraph.Effect {
    fileprivate var allJobs: [SequenceNumber] { [job] + effects.flatMap(\.allJobs) }
}
