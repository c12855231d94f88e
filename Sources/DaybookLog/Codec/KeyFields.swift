internal import DaybookModel

// The fields of what happens to keys, both ways.

extension EventBody {
    func writeKeyFacts(to fields: inout FieldWriter) {
        switch self {
        case .keysChanged(let changed): changed.value.writeFacts(to: &fields)
        case .erased(let erased): erased.value.writeFacts(to: &fields)
        default: break
        }
    }

    static func aboutKeys(
        _ kind: EventKind, _ head: EventHead, _ fields: inout BodyReader
    ) throws(EventDamage) -> EventBody {
        guard kind == .keysChanged else { return .erased(try Box(Erased(&fields))) }
        guard let changed = try KeysChanged.read(&fields) else {
            return .unknown(kind: head.kind, version: head.version)
        }
        return .keysChanged(Box(changed))
    }
}

extension KeysChanged {
    fileprivate func writeFacts(to fields: inout FieldWriter) {
        fields.text(.what, change.rawValue)
        fields.text(.name, scope)
        fields.text(.source, source)
        fields.text(.tenant, tenant)
        fields.text(.reason, reason)
    }

    /// Nil for a change of a later release.
    fileprivate static func read(_ fields: inout BodyReader) throws(EventDamage) -> KeysChanged? {
        var found = KeysChanged(.begun)
        var change: Change?
        while let content = try fields.next() {
            switch content.field {
            case .what: change = Change(rawValue: try content.text())
            case .name: found.scope = try content.text()
            case .source: found.source = try content.text()
            case .tenant: found.tenant = try content.text()
            case .reason: found.reason = try content.text()
            default: break
            }
        }
        guard let change else { return nil }
        found.change = change
        return found
    }

    var byteCountMax: Int { 64 + scope.utf8.count + source.utf8.count + room(tenant) + reason.utf8.count }
}

extension Erased {
    fileprivate func writeFacts(to fields: inout FieldWriter) {
        fields.text(.tenant, tenant)
        fields.number(.howMany, howMany)
        fields.text(.reason, reason)
    }

    fileprivate init(_ fields: inout BodyReader) throws(EventDamage) {
        self.init(tenant: "", howMany: 0, reason: "")
        while let content = try fields.next() {
            switch content.field {
            case .tenant: tenant = try content.text()
            case .howMany: howMany = content.number
            case .reason: reason = try content.text()
            case .what: isAfterwards = true
            default: break
            }
        }
    }

    /// What version 1 meant, in the words of today.
    static let afterwards = EventFields.Entry(.what, .text("destroyed"))

    var byteCountMax: Int { 64 + tenant.utf8.count + reason.utf8.count }
}
