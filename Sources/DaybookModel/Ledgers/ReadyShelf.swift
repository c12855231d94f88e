/// Jobs that became ready in this turn and are not in the ledger yet.
///
/// Most of them are claimed in the same turn; keeping them here until it ends spares the ledger a row put and taken out again.
/// Order within a queue is that of the ledger's keys, so that taking from both sides in step is one merge.
package struct ReadyShelf {
    package struct Item: Equatable {
        package let key: RowKey
        package let job: SequenceNumber
    }

    fileprivate struct Row {
        var items: [Item] = []
        /// Items before this one were taken.
        var start = 0
    }

    private var rows: [UInt32: Row] = [:]

    package init() {}

    package mutating func insert(_ key: RowKey, job: SequenceNumber) {
        rows[key.readyQueue, default: Row()].insert(Item(key: key, job: job))
    }

    /// Takes out `key`, if it stands here and not in the ledger.
    package mutating func remove(_ key: RowKey) -> Bool {
        rows[key.readyQueue]?.remove(key) ?? false
    }

    /// The first items of a queue, at most `limit`.
    package func first(_ limit: Int, queue: UInt32) -> [Item] {
        guard let row = rows[queue] else { return [] }
        return Array(row.items[row.start...].prefix(limit))
    }

    /// Everything that is left, queue by queue, and the shelf is empty.
    package mutating func takeAll() -> [Item] {
        defer { rows.removeAll(keepingCapacity: true) }
        guard rows.count > 1 else { return rows.first.map { Array($0.value.items[$0.value.start...]) } ?? [] }
        return rows.keys.sorted().flatMap { rows[$0]!.items[rows[$0]!.start...] }
    }

    package mutating func removeAll() {
        rows.removeAll(keepingCapacity: true)
    }
}

extension ReadyShelf.Row {
    mutating func insert(_ item: ReadyShelf.Item) {
        guard let last = items.last, start < items.count, item.key < last.key else {
            items.append(item)
            return
        }
        items.insert(item, at: position(of: item.key))
    }

    mutating func remove(_ key: RowKey) -> Bool {
        let index = position(of: key)
        guard index < items.count, items[index].key == key else { return false }
        if index == start { start += 1 } else { items.remove(at: index) }
        return true
    }

    /// The index of the first item that is not before `key`.
    private func position(of key: RowKey) -> Int {
        var low = start
        var high = items.count
        while low < high {
            let middle = (low + high) / 2
            if items[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
