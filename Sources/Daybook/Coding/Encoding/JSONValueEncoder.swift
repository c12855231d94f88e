/// What a value is given to encode itself to.
struct JSONValueEncoder: Encoder {
    let draft: JSONDraft
    let serial: Int

    /// For the innermost value.
    init(_ draft: JSONDraft) {
        self.draft = draft
        serial = draft.top.serial
    }

    var codingPath: [any CodingKey] { draft.path(of: serial) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        draft.begin(.object, serial)
        return KeyedEncodingContainer(JSONMemberEncoder<Key>(draft: draft, serial: serial))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        draft.begin(.array, serial)
        return JSONElementEncoder(draft: draft, serial: serial)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }
}

extension JSONValueEncoder: SingleValueEncodingContainer {
    func encodeNil() throws { if draft.beginSingle(serial) { draft.bytes.append("null") } }
    func encode(_ value: Bool) throws { if draft.beginSingle(serial) { draft.bytes.append(value: value) } }
    func encode(_ value: String) throws { if draft.beginSingle(serial) { draft.bytes.append(quoted: value) } }
    func encode(_ value: Double) throws { try encodeNumber(value) }
    func encode(_ value: Float) throws { try encodeNumber(value) }
    func encode(_ value: Int) throws { encodeInteger(value) }
    func encode(_ value: Int8) throws { encodeInteger(value) }
    func encode(_ value: Int16) throws { encodeInteger(value) }
    func encode(_ value: Int32) throws { encodeInteger(value) }
    func encode(_ value: Int64) throws { encodeInteger(value) }
    func encode(_ value: Int128) throws { encodeInteger(value) }
    func encode(_ value: UInt) throws { encodeInteger(value) }
    func encode(_ value: UInt8) throws { encodeInteger(value) }
    func encode(_ value: UInt16) throws { encodeInteger(value) }
    func encode(_ value: UInt32) throws { encodeInteger(value) }
    func encode(_ value: UInt64) throws { encodeInteger(value) }
    func encode(_ value: UInt128) throws { encodeInteger(value) }

    func encode<Value: Encodable>(_ value: Value) throws {
        guard draft.isOpen(serial), draft.hasRoomForSingle(serial) else { return }
        try draft.checkFault(value)
        let mark = draft.mark
        do {
            if draft.top.kind == .nothing, try draft.encodeKnown(value, at: codingPath) {
                draft.top.kind = .scalar
                return
            }
        } catch {
            draft.takeBack(to: mark)
            throw error
        }
        // It goes on with this very value, as a class does whose base class encodes itself first.
        try value.encode(to: self)
        draft.begin(draft.top.kind == .nothing ? .object : draft.top.kind, serial)
        draft.top.isSingle = true
    }

    private func encodeInteger(_ value: some FixedWidthInteger) {
        if draft.beginSingle(serial) { draft.bytes.append(value: value) }
    }

    private func encodeNumber(_ value: some BinaryFloatingPoint & LosslessStringConvertible) throws {
        guard value.isFinite else { throw draft.failure(value, at: codingPath) }
        if draft.beginSingle(serial) { draft.bytes.append(value: value) }
    }
}
