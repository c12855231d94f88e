/// Writes the members of an object.
struct JSONMemberEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let draft: JSONDraft
    let serial: Int

    var codingPath: [any CodingKey] { draft.path(of: serial) }

    func encodeNil(forKey key: Key) throws { if begin(key) { draft.bytes.append("null") } }
    func encode(_ value: Bool, forKey key: Key) throws { if begin(key) { draft.bytes.append(value: value) } }
    func encode(_ value: String, forKey key: Key) throws { if begin(key) { draft.bytes.append(quoted: value) } }
    func encode(_ value: Double, forKey key: Key) throws { try encodeNumber(value, key) }
    func encode(_ value: Float, forKey key: Key) throws { try encodeNumber(value, key) }
    func encode(_ value: Int, forKey key: Key) throws { if begin(key) { draft.bytes.append(value: value) } }
    func encode(_ value: Int8, forKey key: Key) throws { if begin(key) { draft.bytes.append(value: value) } }
    func encode(_ value: Int16, forKey key: Key) throws { if begin(key) { draft.bytes.append(value: value) } }
    func encode(_ value: Int32, forKey key: Key) throws { if begin(key) { draft.bytes.append(value: value) } }
    func encode(_ value: Int64, forKey key: Key) throws { if begin(key) { draft.bytes.append(value: value) } }
    func encode(_ value: Int128, forKey key: Key) throws { if begin(key) { draft.bytes.append(value: value) } }
    func encode(_ value: UInt, forKey key: Key) throws { if begin(key) { draft.bytes.append(value: value) } }
    func encode(_ value: UInt8, forKey key: Key) throws { if begin(key) { draft.bytes.append(value: value) } }
    func encode(_ value: UInt16, forKey key: Key) throws { if begin(key) { draft.bytes.append(value: value) } }
    func encode(_ value: UInt32, forKey key: Key) throws { if begin(key) { draft.bytes.append(value: value) } }
    func encode(_ value: UInt64, forKey key: Key) throws { if begin(key) { draft.bytes.append(value: value) } }
    func encode(_ value: UInt128, forKey key: Key) throws { if begin(key) { draft.bytes.append(value: value) } }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try draft.checkFault(value)
        let mark = draft.mark
        guard begin(key) else { return }
        do {
            if try draft.encodeKnown(value, at: codingPath + [key]) { return }
            draft.open(as: key)
            try value.encode(to: JSONValueEncoder(draft))
            draft.close()
        } catch {
            draft.takeBack(to: mark)
            throw error
        }
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        JSONValueEncoder(draft.part(key, serial, goesOn: true)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        JSONValueEncoder(draft.part(key, serial, goesOn: true)).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { JSONValueEncoder(draft.part(JSONKey.ofSuper, serial, goesOn: false)) }

    func superEncoder(forKey key: Key) -> any Encoder { JSONValueEncoder(draft.part(key, serial, goesOn: false)) }

    @inline(__always)
    private func begin(_ key: Key) -> Bool { draft.beginMember(key.stringValue, serial) }

    private func encodeNumber(_ value: some BinaryFloatingPoint & LosslessStringConvertible, _ key: Key) throws {
        guard value.isFinite else { throw draft.failure(value, at: codingPath + [key]) }
        if begin(key) { draft.bytes.append(value: value) }
    }
}
