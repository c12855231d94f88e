import DaybookLog
import DaybookModel

extension WaitingFor {
    func write(to json: inout JSONWriter) {
        guard !parents.isEmpty else { return }
        json.key("after")
        json.array { json in
            for parent in parents {
                json.object { json in
                    json.field("job", parent.job)
                    json.field("condition", parent.condition.rawValue)
                    json.field("state", parent.state?.name)
                    json.field("standing", String(describing: parent.standing))
                }
            }
        }
    }

    var lines: [String] {
        parents.map { parent in
            "after      \(parent.condition.rawValue) of job \(parent.job) (\(parent.state?.name ?? "deleted"), "
                + "\(parent.standing))"
        }
    }
}
