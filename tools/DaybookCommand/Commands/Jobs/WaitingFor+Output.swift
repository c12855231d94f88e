import DaybookLog
import DaybookModel

extension WaitingFor {
    func write(to json: inout JSONWriter) {
        guard !parents.isEmpty else { return }
        json.key("after")
        json.array { json in
            for parent in parents {
                json.object { json in
                    json.field(parent.batch == nil ? "job" : "batch", parent.job)
                    json.field("condition", parent.condition.rawValue)
                    json.field("state", parent.batch?.record.standing.rawValue ?? parent.state?.name)
                    json.field("standing", String(describing: parent.standing))
                }
            }
        }
    }

    var lines: [String] {
        parents.map { parent in
            let what = parent.batch == nil ? "job" : "batch"
            let state = parent.batch?.record.standing.rawValue ?? parent.state?.name ?? "deleted"
            return "after      \(parent.condition.rawValue) of \(what) \(parent.job) (\(state), \(parent.standing))"
        }
    }
}
