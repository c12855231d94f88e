#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Rows in the order of their keys' bytes: a sorted array, which is plenty for what is kept in memory.
struct SortedRows {
    private var keys: [[UInt8]] = []
    private var values: [[UInt8]] = []

    func value(_ key: [UInt8]) -> [UInt8]? {
        let index = position(of: key)
        return index < keys.count && keys[index] == key ? values[index] : nil
    }

    /// Answers what stood there.
    @discardableResult
    mutating func put(_ key: [UInt8], _ value: [UInt8]) -> [UInt8]? {
        let index = position(of: key)
        if index < keys.count, keys[index] == key {
            defer { values[index] = value }
            return values[index]
        }
        keys.insert(key, at: index)
        values.insert(value, at: index)
        return nil
    }

    /// Answers what stood there.
    @discardableResult
    mutating func remove(_ key: [UInt8]) -> [UInt8]? {
        let index = position(of: key)
        guard index < keys.count, keys[index] == key else { return nil }
        keys.remove(at: index)
        return values.remove(at: index)
    }

    func scan(from key: [UInt8], _ body: ([UInt8], [UInt8]) throws -> Bool) rethrows {
        var index = position(of: key)
        while index < keys.count, try body(keys[index], values[index]) { index += 1 }
    }

    /// The index of the first key that is not before `key`.
    private func position(of key: [UInt8]) -> Int {
        if let last = keys.last, SortedRows.isBefore(last, key) { return keys.count }
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if SortedRows.isBefore(keys[middle], key) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func isBefore(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                let count = min(left.count, right.count)
                guard count > 0 else { return left.count < right.count }
                let order = memcmp(left.baseAddress!, right.baseAddress!, count)
                return order == 0 ? left.count < right.count : order < 0
            }
        }
    }
}
