/// The rows of one table, or what has changed in it since its rows were last moved out to a scratch environment.
struct RowTable {
    enum Row {
        /// `isBelow`: whether the scratch environment has a row under the same key.
        case there(RowBytes, isBelow: Bool)
        /// Taken out here and still there below.
        case removed
    }

    private(set) var rows: [RowBytes: Row] = [:]
    /// What keys and values take that are too long for their places.
    private var longBytes = 0

    /// How much memory it takes, with the places that are free.
    var byteCost: Int { placeBytes + longBytes }

    /// Whether another key makes it grow: a hash table that is full goes to one of twice its size.
    var isFull: Bool { rows.count == rows.capacity }

    /// How much more it will take once it has another key.
    var growthByteCost: Int { isFull ? max(placeBytes, 64) : 0 }

    /// A hash table fills three quarters of its places.
    private var placeBytes: Int {
        let places = (rows.capacity * 4 + 2) / 3
        return places * (MemoryLayout<RowBytes>.stride + MemoryLayout<Row>.stride) + places / 8
    }

    mutating func put(_ key: RowBytes, _ value: RowBytes, isBelow: Bool) {
        if let old = rows.updateValue(.there(value, isBelow: isBelow), forKey: key) {
            longBytes -= RowTable.longBytes(key, old)
            // What was known of the row below still holds.
            let wasBelow: Bool
            switch old {
            case .there(_, let below): wasBelow = below
            case .removed: wasBelow = true
            }
            rows[key] = .there(value, isBelow: wasBelow)
        }
        longBytes += key.longBytes + value.longBytes
    }

    mutating func remove(_ key: RowBytes, isBelow: Bool) {
        let old = rows.removeValue(forKey: key)
        if let old { longBytes -= RowTable.longBytes(key, old) }
        switch old {
        case .there(_, isBelow: false): return
        case .there(_, isBelow: true), .removed: break
        case nil: guard isBelow else { return }
        }
        rows[key] = .removed
        longBytes += key.longBytes
    }

    mutating func removeAll() {
        rows = [:]
        longBytes = 0
    }

    /// The keys of everything here, in order. Without the rows: of a large table that would be as much memory again.
    func sortedKeys() -> [RowBytes] { rows.keys.sorted() }

    private static func longBytes(_ key: RowBytes, _ row: Row) -> Int {
        switch row {
        case .there(let value, _): key.longBytes + value.longBytes
        case .removed: key.longBytes
        }
    }
}
