internal import DaybookModel

// The fields of limits, both ways.

extension QueueLimited {
    func writeFacts(to fields: inout FieldWriter) {
        fields.text(.limitedBy, scope)
        if let limit {
            if let concurrency = limit.concurrency { fields.number(.limit, UInt64(clamping: concurrency)) }
            fields.flag(.serial, limit.keepsOrder)
            if let rate = limit.rate {
                fields.number(.rate, UInt64(clamping: rate.count))
                fields.number(.windowMicroseconds, UInt64(clamping: rate.microseconds))
                fields.flag(.sliding, rate.window == .sliding)
            }
            if let weight = limit.weight { fields.number(.weight, UInt64(clamping: weight)) }
        }
        fields.text(.reason, reason)
    }

    init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(scope: "", limit: nil, reason: "")
        var concurrency: UInt64?
        var keepsOrder = false
        var rate: UInt64?
        var window: UInt64 = 0
        var isSliding = false
        var weight: UInt64?
        while let content = try fields.next() {
            switch content.field {
            case .limitedBy: scope = try content.text()
            case .limit: concurrency = content.number
            case .serial: keepsOrder = content.isSet
            case .rate: rate = content.number
            case .windowMicroseconds: window = content.number
            case .sliding: isSliding = content.isSet
            case .weight: weight = content.number
            case .reason: reason = try content.text()
            default: break
            }
        }
        let read = Limit(
            concurrency: concurrency.map { Int(clamping: $0) }, keepsOrder: keepsOrder,
            rate: rate.map {
                Limit.Rate(
                    count: Int(clamping: $0), microseconds: Int64(clamping: window),
                    window: isSliding ? .sliding : .fixed)
            }, weight: weight.map { Int(clamping: $0) })
        if !read.isEmpty { limit = read }
    }
}
