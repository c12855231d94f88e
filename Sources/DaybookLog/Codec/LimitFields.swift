internal import DaybookModel

// The fields of limits, both ways.

extension QueueLimited {
    func writeFacts(to fields: inout FieldWriter) {
        fields.text(.limitedBy, scope)
        if let limit {
            fields.number(.limit, UInt64(clamping: limit.concurrency))
            fields.flag(.serial, limit.keepsOrder)
        }
        fields.text(.reason, reason)
    }

    init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(scope: "", limit: nil, reason: "")
        var concurrency: UInt64?
        var keepsOrder = false
        while let content = try fields.next() {
            switch content.field {
            case .limitedBy: scope = try content.text()
            case .limit: concurrency = content.number
            case .serial: keepsOrder = content.isSet
            case .reason: reason = try content.text()
            default: break
            }
        }
        limit = concurrency.map { Limit(concurrency: Int(clamping: $0), keepsOrder: keepsOrder) }
    }
}
