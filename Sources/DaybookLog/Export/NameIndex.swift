/// Finds values by name without allocating: names are bytes wherever they lie.
struct NameIndex<Value: Sendable>: Sendable {
    private struct Slot: Sendable {
        let name: [UInt8]
        let value: Value
    }

    /// Open addressing; at most half of the slots are taken.
    private let slots: [Slot?]

    init(_ values: [(name: [UInt8], value: Value)]) {
        var size = 16
        while size < 2 * values.count { size *= 2 }
        var slots: [Slot?] = Array(repeating: nil, count: size)
        for (name, value) in values {
            var place = name.withUnsafeBytes(NameIndex.hash) & (size - 1)
            while slots[place] != nil { place = (place + 1) & (size - 1) }
            slots[place] = Slot(name: name, value: value)
        }
        self.slots = slots
    }

    subscript(name: UnsafeRawBufferPointer) -> Value? {
        var place = NameIndex.hash(name) & (slots.count - 1)
        while let slot = slots[place] {
            if slot.name.count == name.count, slot.name.withUnsafeBytes({ $0.elementsEqual(name) }) {
                return slot.value
            }
            place = (place + 1) & (slots.count - 1)
        }
        return nil
    }

    private static func hash(_ name: UnsafeRawBufferPointer) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 29) & Int.max
    }
}
