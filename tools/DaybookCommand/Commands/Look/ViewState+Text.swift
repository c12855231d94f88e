import DaybookLog
import DaybookModel

extension ViewState {
    func write(to json: inout JSONWriter) {
        json.field("name", name)
        json.field("version", version)
        json.field("cursor", position)
        json.field("eventsBehind", eventsBehind)
        json.field("owner", owner)
        json.field("failure", failure)
    }

    var sentence: String {
        let keeper = owner.map { "kept up to date by pid \($0)" } ?? "kept up to date by nobody"
        let place =
            switch eventsBehind {
            case nil: failure == nil ? "not built yet" : "unreadable"
            case 0: "up to date"
            case 1: "1 event behind"
            case let behind?: "\(behind) events behind"
            }
        return "\(name), version \(version): \(place), \(keeper)" + (failure.map { ". \($0)" } ?? "")
    }
}
