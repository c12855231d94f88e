/// The rows of one table, or what has changed in it since its rows were last moved out to a scratch environment.
struct RowTable {
    enum Row {
        /// `isBelow`: whether the scratch environment has a row under the same key.
        case there(RowBytes, isBelow: Bool)
        /// Taken out here and still there below.
        case removed
    }

    private(set) var rows: [RowBytes: Row] = [:]
    private(set) var byteCost = 0

    mutating func put(_ key: RowBytes, _ value: RowBytes, isBelow: Bool) {
        if let old = rows.updateValue(.there(value, isBelow: isBelow), forKey: key) {
            byteCost -= RowTable.cost(key, old)
            // What was known of the row below still holds.
            let wasBelow: Bool
            switch old {
            case .there(_, let below): wasBelow = below
            case .removed: wasBelow = true
            }
            rows[key] = .there(value, isBelow: wasBelow)
        }
        byteCost += key.byteCost + value.byteCost
    }

    mutating func remove(_ key: RowBytes, isBelow: Bool) {
        let old = rows.removeValue(forKey: key)
        if let old { byteCost -= RowTable.cost(key, old) }
        switch old {
        case .there(_, isBelow: false): return
        case .there(_, isBelow: true), .removed: break
        case nil: guard isBelow else { return }
        }
        rows[key] = .removed
        byteCost += key.byteCost
    }

    mutating func removeAll() {
        rows = [:]
        byteCost = 0
    }

    /// Everything here in the order of keys.
    func sorted(from first: RowBytes? = nil) -> [(key: RowBytes, row: Row)] {
        var found: [(key: RowBytes, row: Row)] = []
        for (key, row) in rows {
            if let first, key < first { continue }
            found.append((key, row))
        }
        found.sort { $0.key < $1.key }
        return found
    }

    private static func cost(_ key: RowBytes, _ row: Row) -> Int {
        switch row {
        case .there(let value, _): key.byteCost + value.byteCost
        case .removed: key.byteCost
        }
    }
}
