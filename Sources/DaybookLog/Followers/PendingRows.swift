internal import DaybookLMDB

/// The rows of a view during a batch: what has changed, over what is stored. Not Sendable: one thread runs a batch.
final class PendingRows {
    private let stored: StoredRows
    /// A value to be put; nil for a row to be deleted.
    @exclusivity(unchecked) private var changes: [Packed: Packed?] = [:]
    @exclusivity(unchecked) private(set) var changedBytes = 0

    /// More than this is written before the batch ends.
    static let bytesMax = 16 << 20

    init(_ stored: StoredRows) {
        self.stored = stored
    }

    func value(_ key: Packed) throws -> Packed? {
        if let change = changes[key] { return change }
        return try stored.value(key)
    }

    func put(_ key: Packed, _ value: Packed) throws { try change(key, value) }

    func delete(_ key: Packed) throws { try change(key, nil) }

    func walk(_ prefix: Packed, _ body: (Packed, Packed) throws -> Bool) throws {
        try flush()
        try stored.walk(prefix, from: nil, body)
    }

    private func change(_ key: Packed, _ value: Packed?) throws {
        try StoredRows.require(key)
        changes[key] = .some(value)
        changedBytes += key.bytes.count + (value?.bytes.count ?? 0)
        if changedBytes > PendingRows.bytesMax { try flush() }
    }

    /// Writes what has changed, in the order of the keys: neighbours share pages.
    func flush() throws {
        guard !changes.isEmpty else { return }
        let sorted = changes.sorted { $0.key.bytes.precedes($1.key.bytes) }
        changes.removeAll(keepingCapacity: true)
        changedBytes = 0
        try ViewDamage.caught {
            for (key, value) in sorted {
                try key.bytes.withUnsafeBytes { key in
                    if let value {
                        try value.bytes.withUnsafeBytes {
                            try stored.handle.put(stored.database, key, $0, .overwrite)
                        }
                    } else {
                        _ = try stored.handle.delete(stored.database, key)
                    }
                }
            }
        }
    }
}
