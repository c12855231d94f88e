import DaybookLog
import DaybookModel

/// Which jobs a job waits for, and which wait for it.
struct JobFlow {
    private let waitsFor: WaitingFor?
    private let batch: SequenceNumber
    /// The first of those that wait for it, or would again if it were taken up once more.
    private let children: [SequenceNumber]

    private static let childrenMax = 20

    init(_ job: SequenceNumber, _ created: Created?, in log: any LogSnapshot) throws {
        batch = created?.batch ?? 0
        waitsFor = try created.map { try WaitingFor($0, job, in: log) }
        children = try Continuation.children(of: job, limit: JobFlow.childrenMax + 1, in: log)
    }

    var lines: [String] {
        var lines = waitsFor?.lines ?? []
        if !children.isEmpty {
            let named = children.prefix(JobFlow.childrenMax).map { "\($0)" }.joined(separator: ", ")
            lines.append("waited for by " + named + (children.count > JobFlow.childrenMax ? " and more" : ""))
        }
        return lines
    }

    func write(to json: inout JSONWriter) {
        if batch != 0 { json.field("inBatch", batch) }
        waitsFor?.write(to: &json)
        guard !children.isEmpty else { return }
        json.key("children")
        json.array { json in
            for child in children.prefix(JobFlow.childrenMax) { json.value(child) }
        }
        json.field("moreChildren", children.count > JobFlow.childrenMax)
    }
}
