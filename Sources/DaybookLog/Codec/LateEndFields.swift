internal import DaybookModel

// The fields of what came too late, both ways. A log of before has `what` alone.

extension LateEnd {
    func writeFacts(to fields: inout FieldWriter) {
        fields.text(.what, what)
        fields.text(.reason, reason)
        fields.text(.step, step)
        fields.text(.errorType, errorType)
        if ranMicroseconds != 0 { fields.number(.ranMicroseconds, ranMicroseconds) }
    }

    func writePayload(to fields: inout FieldWriter) {
        fields.salt(salt)
        fields.bytes(.result, result)
        fields.text(.error, error)
    }

    var payloadByteCount: Int {
        EventBody.fieldBytes(.result, result.count) + EventBody.fieldBytes(.error, error.utf8.count)
    }

    var byteCountMax: Int {
        128 + what.utf8.count + reason.utf8.count + step.utf8.count + errorType.utf8.count + result.count
            + error.utf8.count
    }

    init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(what: "")
        while let content = try fields.next() {
            switch content.field {
            case .what: what = try content.text()
            case .reason: reason = try content.text()
            case .step: step = try content.text()
            case .errorType: errorType = try content.text()
            case .ranMicroseconds: ranMicroseconds = content.number
            case .result: result = content.bytes
            case .error: error = try content.text()
            default: break
            }
        }
        salt = fields.salt
    }
}
