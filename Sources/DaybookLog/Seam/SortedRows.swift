#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Rows in the order of their keys' bytes: a sorted array, which is plenty for what is kept in memory.
struct SortedRows {
    private var keys: [[UInt8]] = []
    private var values: [[UInt8]] = []

    func value(_ key: UnsafeRawBufferPointer) -> [UInt8]? {
        let index = position(of: key)
        return holds(key, at: index) ? values[index] : nil
    }

    /// Answers what stood there.
    @discardableResult
    mutating func put(_ key: [UInt8], _ value: [UInt8]) -> [UInt8]? {
        let (index, isThere) = place(of: key)
        if isThere {
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
        let (index, isThere) = place(of: key)
        guard isThere else { return nil }
        keys.remove(at: index)
        return values.remove(at: index)
    }

    func scan(from key: UnsafeRawBufferPointer, _ body: ([UInt8], [UInt8]) throws -> Bool) rethrows {
        var index = position(of: key)
        while index < keys.count, try body(keys[index], values[index]) { index += 1 }
    }

    private func place(of key: [UInt8]) -> (index: Int, isThere: Bool) {
        key.withUnsafeBytes { key in
            let index = position(of: key)
            return (index, holds(key, at: index))
        }
    }

    private func holds(_ key: UnsafeRawBufferPointer, at index: Int) -> Bool {
        index < keys.count && keys[index].elementsEqual(key)
    }

    /// The index of the first key that is not before `key`.
    private func position(of key: UnsafeRawBufferPointer) -> Int {
        if let last = keys.last, SortedRows.isBefore(last, key) { return keys.count }
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if SortedRows.isBefore(keys[middle], key) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func isBefore(_ left: [UInt8], _ right: UnsafeRawBufferPointer) -> Bool {
        left.withUnsafeBytes { left in
            let count = min(left.count, right.count)
            guard count > 0 else { return left.count < right.count }
            let order = memcmp(left.baseAddress!, right.baseAddress!, count)
            return order == 0 ? left.count < right.count : order < 0
        }
    }
}
