/// Rows in the order of their keys' bytes: a sorted array, which is plenty for what is kept in memory.
struct SortedRows {
    private var keys: [[UInt8]] = []
    private var values: [[UInt8]] = []

    func value(_ key: [UInt8]) -> [UInt8]? {
        let index = position(of: key)
        return index < keys.count && keys[index] == key ? values[index] : nil
    }

    mutating func put(_ key: [UInt8], _ value: [UInt8]) {
        let index = position(of: key)
        if index < keys.count, keys[index] == key {
            values[index] = value
        } else {
            keys.insert(key, at: index)
            values.insert(value, at: index)
        }
    }

    mutating func remove(_ key: [UInt8]) {
        let index = position(of: key)
        guard index < keys.count, keys[index] == key else { return }
        keys.remove(at: index)
        values.remove(at: index)
    }

    func scan(from key: [UInt8], _ body: ([UInt8], [UInt8]) throws -> Bool) rethrows {
        var index = position(of: key)
        while index < keys.count, try body(keys[index], values[index]) { index += 1 }
    }

    /// The index of the first key that is not before `key`.
    private func position(of key: [UInt8]) -> Int {
        if let last = keys.last, last.lexicographicallyPrecedes(key) { return keys.count }
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle].lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
