internal import DaybookModel

/// Whether every field of an event can be read. It asks what decoding asks of fields, and builds nothing.
enum FieldCheck {
    static func check(_ value: UnsafeRawBufferPointer, _ head: EventHead) throws(EventDamage) {
        var fields = BodyReader(
            facts: UnsafeRawBufferPointer(rebasing: value[head.facts]),
            payload: UnsafeRawBufferPointer(rebasing: value[head.payload]))
        while let content = try fields.next() {
            if content.field.form == .text { try content.checkText() }
        }
    }
}
