internal import DaybookModel

// The kinds that tell what happens inside a run.

extension Logged {
    init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(level: 0, howMany: 0)
        while let content = try fields.next() {
            switch content.field {
            case .level: level = content.number
            case .howMany: howMany = content.number
            case .log: lines.append(try content.text())
            default: break
            }
        }
        salt = fields.salt
    }
}

extension Progressed {
    init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(millionths: 0)
        while let content = try fields.next() {
            switch content.field {
            case .fraction: millionths = content.number
            case .text: text = try content.text()
            default: break
            }
        }
        salt = fields.salt
    }
}

extension Stepped {
    init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(step: "")
        while let content = try fields.next() {
            switch content.field {
            case .step: step = try content.text()
            case .result: result = content.bytes
            default: break
            }
        }
        guard !step.isEmpty else { throw .missingField }
        salt = fields.salt
    }
}

extension Reported {
    init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(counters: [])
        while let content = try fields.next() {
            switch content.field {
            case .counters: counters = content.bytes
            case .statistics: statistics = content.bytes
            default: break
            }
        }
        salt = fields.salt
    }
}
