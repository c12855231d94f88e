import DaybookLog
import DaybookModel

extension JobSummary {
    func write(to json: inout JSONWriter) {
        json.field("job", sequence)
        json.field("name", name)
        json.field("queue", queue)
        json.field("state", state.name)
        json.field("waitsFor", waitsFor)
        json.field("priority", record.priority)
        json.field("attempt", record.attempt)
        json.field("attempts", record.attempts)
        if record.deaths > 0 { json.field("deaths", record.deaths) }
        json.field("due", due)
        json.field("expires", expires)
        if state == .processing {
            json.field("process", record.process)
            json.field("token", record.token)
        }
        json.field("created", created)
        json.field("since", since)
        json.field("last", lastEvent)
    }
}

extension JobState {
    var colour: Colour? {
        switch self {
        case .succeeded: .green
        case .failed: .red
        case .processing: .blue
        case .awaiting, .scheduled, .parked: .yellow
        case .cancelled: .grey
        case .enqueued: nil
        }
    }
}
