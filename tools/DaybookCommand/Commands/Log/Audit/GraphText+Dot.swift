import DaybookLog
import DaybookModel

// The same graph for Graphviz, in its language DOT. Everything that a user may have written stands in quoted
// strings and nowhere else, and nodes and edges come in an order of their own, so that the same log gives the same
// bytes.

extension GraphText {
    var dot: [String] {
        var drawing = DotDrawing()
        drawing.node(DotDrawing.job(job), title(job), "style=bold")
        addCauses(to: &drawing)
        for (index, dependency) in graph.dependencies.enumerated() {
            let parent = GraphText.parent(dependency)
            let node = parent.map(DotDrawing.job) ?? "dependency\(index)"
            drawing.node(node, parent.map(title) ?? dependency.description)
            drawing.edge(node, DotDrawing.job(job), "\(dependency.condition.rawValue)", "style=dashed")
        }
        addEffects(graph.effects, of: job, to: &drawing)
        if graph.isCut {
            drawing.note("… and more: only the first \(CausalGraph.jobsMax) jobs are shown")
        }
        return drawing.lines(name: "job \(job)")
    }

    private func addCauses(to drawing: inout DotDrawing) {
        var led = DotDrawing.job(job)
        for cause in graph.causes {
            let node = "event\(cause.sequence)"
            let of = cause.event.job == 0 ? "" : "\(title(cause.event.job)) – "
            drawing.node(node, of + line(cause), "shape=ellipse")
            drawing.edge(node, led)
            led = node
        }
        if graph.areCausesCut {
            drawing.note("… and more before: only the last \(graph.causes.count) causes are shown")
        }
    }

    private func addEffects(_ effects: [CausalGraph.Effect], of owner: SequenceNumber, to drawing: inout DotDrawing) {
        for effect in effects {
            drawing.node(DotDrawing.job(effect.job), title(effect.job))
            drawing.edge(
                DotDrawing.job(owner), DotDrawing.job(effect.job), "\(effect.kind?.name ?? "event") \(effect.by)")
            addEffects(effect.effects, of: effect.job, to: &drawing)
        }
    }
}

/// Nodes and edges on their way into text.
struct DotDrawing {
    private var nodes: [(id: String, attributes: String)] = []
    private var known: Set<String> = []
    private var edges: [String] = []
    private var notes = 0

    /// A label is read by people; what is longer is cut.
    static let labelMax = 200

    /// By which name a job's node goes.
    static func job(_ number: SequenceNumber) -> String { "job\(number)" }

    /// A node is added once; what is said of it first holds.
    mutating func node(_ id: String, _ label: String, _ attributes: String = "") {
        guard known.insert(id).inserted else { return }
        nodes.append((id, "label=\(DotDrawing.quoted(label))" + (attributes.isEmpty ? "" : ", \(attributes)")))
    }

    mutating func edge(_ from: String, _ to: String, _ label: String = "", _ attributes: String = "") {
        let all = [label.isEmpty ? "" : "label=\(DotDrawing.quoted(label))", attributes].filter { !$0.isEmpty }
        edges.append("\(from) -> \(to)" + (all.isEmpty ? "" : " [\(all.joined(separator: ", "))]"))
    }

    mutating func note(_ text: String) {
        notes += 1
        node("note\(notes)", text, "shape=note")
    }

    func lines(name: String) -> [String] {
        ["digraph \(DotDrawing.quoted(name)) {", "  rankdir=LR;", "  node [shape=box];"]
            + nodes.map { "  \($0.id) [\($0.attributes)];" } + edges.map { "  \($0);" } + ["}"]
    }

    /// A string as DOT has it: a quote would end it, a backslash would begin what Graphviz replaces, and what cannot be
    /// printed would break lines or steer a terminal.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        let cut = text.unicodeScalars.prefix(labelMax)
        for scalar in cut {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
                    quoted += " "
                default: quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted + (cut.count < text.unicodeScalars.count ? "…\"" : "\"")
    }
}
