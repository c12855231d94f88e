/// Writes the elements of an array.
struct JSONElementEncoder: UnkeyedEncodingContainer {
    let draft: JSONDraft
    let serial: Int

    var codingPath: [any CodingKey] { draft.path(of: serial) }
    var count: Int { draft.count(of: serial) }

    func encodeNil() throws { if draft.beginElement(serial) { draft.bytes.append("null") } }
    func encode(_ value: Bool) throws { if draft.beginElement(serial) { draft.bytes.append(value: value) } }
    func encode(_ value: String) throws { if draft.beginElement(serial) { draft.bytes.append(quoted: value) } }
    func encode(_ value: Double) throws { try encodeNumber(value) }
    func encode(_ value: Float) throws { try encodeNumber(value) }
    func encode(_ value: Int) throws { if draft.beginElement(serial) { draft.bytes.append(value: value) } }
    func encode(_ value: Int8) throws { if draft.beginElement(serial) { draft.bytes.append(value: value) } }
    func encode(_ value: Int16) throws { if draft.beginElement(serial) { draft.bytes.append(value: value) } }
    func encode(_ value: Int32) throws { if draft.beginElement(serial) { draft.bytes.append(value: value) } }
    func encode(_ value: Int64) throws { if draft.beginElement(serial) { draft.bytes.append(value: value) } }
    func encode(_ value: Int128) throws { if draft.beginElement(serial) { draft.bytes.append(value: value) } }
    func encode(_ value: UInt) throws { if draft.beginElement(serial) { draft.bytes.append(value: value) } }
    func encode(_ value: UInt8) throws { if draft.beginElement(serial) { draft.bytes.append(value: value) } }
    func encode(_ value: UInt16) throws { if draft.beginElement(serial) { draft.bytes.append(value: value) } }
    func encode(_ value: UInt32) throws { if draft.beginElement(serial) { draft.bytes.append(value: value) } }
    func encode(_ value: UInt64) throws { if draft.beginElement(serial) { draft.bytes.append(value: value) } }
    func encode(_ value: UInt128) throws { if draft.beginElement(serial) { draft.bytes.append(value: value) } }

    func encode<Value: Encodable>(_ value: Value) throws {
        try draft.checkFault(value)
        let mark = draft.mark
        guard draft.beginElement(serial) else { return }
        do {
            if try draft.encodeKnown(value, at: codingPath + [JSONKey(index: count - 1)]) { return }
            draft.openElement()
            try value.encode(to: JSONValueEncoder(draft))
            draft.close()
        } catch {
            draft.takeBack(to: mark)
            throw error
        }
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        JSONValueEncoder(draft.part(serial)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        JSONValueEncoder(draft.part(serial)).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { JSONValueEncoder(draft.part(serial)) }

    private func encodeNumber(_ value: some BinaryFloatingPoint & LosslessStringConvertible) throws {
        guard value.isFinite else {
            throw draft.failure(value, at: codingPath + [JSONKey(index: count)])
        }
        if draft.beginElement(serial) { draft.bytes.append(value: value) }
    }
}
