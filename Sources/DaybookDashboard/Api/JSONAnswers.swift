internal import Daybook
internal import DaybookLog
internal import DaybookModel

extension DashboardResponse {
    /// A JSON object.
    static func object(_ status: Int = 200, _ body: (inout JSONWriter) throws -> Void) rethrows -> DashboardResponse {
        var json = JSONWriter()
        try json.object(body)
        return .json(status, json.bytes + [0x0A])
    }
}

extension JSONWriter {
    /// Bytes that are JSON by custom; what is none is a text.
    mutating func payload(_ name: String, _ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        key(name)
        var scanner = JSONScanner()
        if (try? scanner.scan(bytes)) != nil { raw(bytes) } else { value(String(decoding: bytes, as: UTF8.self)) }
    }
}

extension JobSummary {
    func write(to json: inout JSONWriter) {
        json.field("job", id.rawValue)
        json.field("name", name)
        json.field("queue", queue)
        json.field("state", state.name)
        json.field("waitsFor", waitsFor)
        json.field("priority", priority)
        json.field("attempt", attempt)
        json.field("attempts", attempts)
        json.field("deaths", deaths)
        json.field("due", due)
        json.field("expires", expires)
        json.field("created", created)
        json.field("since", since)
        json.field("last", lastEvent)
    }
}

extension Event {
    /// Without anybody's payload, and where it is not `isOpen` without keys.
    func write(_ sequence: SequenceNumber, isOpen: Bool, to json: inout JSONWriter) {
        json.field("seq", sequence)
        json.field("time", time)
        json.field("kind", kindName)
        if job != 0 { json.field("job", job) }
        if attempt != 0 { json.field("attempt", attempt) }
        if token != 0 { json.field("token", token) }
        json.field("actor", actor.description)
        if cause != 0 { json.field("cause", cause) }
        let detail = detail(isOpen: isOpen)
        if !detail.isEmpty { json.field("detail", detail) }
    }

    var kindName: String { EventKind(rawValue: body.kind)?.name ?? "kind \(body.kind)" }
}
