internal import DaybookModel

// The fields of rules and holds and of archives, both ways.

extension RetentionSet {
    func writeFacts(to fields: inout FieldWriter) {
        fields.text(.scope, scope)
        fields.number(.keepMicroseconds, keepMicroseconds)
        fields.text(.reason, reason)
    }

    init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(scope: "", keepMicroseconds: nil, reason: "")
        while let content = try fields.next() {
            switch content.field {
            case .scope: scope = try content.text()
            case .keepMicroseconds: keepMicroseconds = content.number
            case .reason: reason = try content.text()
            default: break
            }
        }
    }
}

extension RetentionHold {
    func writeFacts(to fields: inout FieldWriter) {
        fields.text(.scope, scope)
        fields.text(.reason, reason)
    }

    init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(scope: "", reason: "")
        while let content = try fields.next() {
            switch content.field {
            case .scope: scope = try content.text()
            case .reason: reason = try content.text()
            default: break
            }
        }
    }
}

extension Archived {
    func writeFacts(to fields: inout FieldWriter) {
        fields.number(.first, first)
        fields.number(.last, last)
        fields.bytes(.digest, digest)
        fields.bytes(.previousHead, head)
        fields.bytes(.root, root)
        fields.bytes(.base, base)
        fields.instant(.until, until)
        if carried != 0 { fields.number(.howMany, carried) }
    }

    init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(first: 0, last: 0, digest: [], head: [], root: [], base: [], until: .epoch)
        while let content = try fields.next() {
            switch content.field {
            case .first: first = content.number
            case .last: last = content.number
            case .digest: digest = content.bytes
            case .previousHead: head = content.bytes
            case .root: root = content.bytes
            case .base: base = content.bytes
            case .until: until = content.instant
            case .howMany: carried = content.number
            default: break
            }
        }
    }
}
