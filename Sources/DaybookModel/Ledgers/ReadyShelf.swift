/// Jobs that became ready in this turn and are not in the ledger yet.
///
/// Most of them are claimed in the same turn; keeping them here until it ends spares the ledger a row put and taken
/// out again. Order within a queue is that of the ledger's keys, so that taking from both sides in step is one
/// merge.
package struct ReadyShelf {
    package struct Item: Equatable {
        package let key: RowKey
        package let job: SequenceNumber

        /// The order in which jobs of several queues are taken: priority first, then position, and of those that one
        /// event brought forward in several queues, which have the same, the oldest.
        package var order: (rank: UInt64, position: UInt64, job: SequenceNumber) {
            (key.readyRank, key.readyPosition, job)
        }
    }

    fileprivate struct Row {
        var items: [Item] = []
        /// Items before this one were taken.
        var start = 0
    }

    /// By the queue's number, which is small and dense.
    private var rows: [Row] = []
    /// The queues that have a row in use.
    private var used: [UInt32] = []

    package init() {}

    package mutating func insert(_ key: RowKey, job: SequenceNumber) {
        let queue = Int(key.readyQueue)
        while rows.count <= queue { rows.append(Row()) }
        if rows[queue].items.isEmpty { used.append(key.readyQueue) }
        rows[queue].insert(Item(key: key, job: job))
    }

    /// Takes out `key`, if it stands here and not in the ledger.
    package mutating func remove(_ key: RowKey) -> Bool {
        let queue = Int(key.readyQueue)
        return queue < rows.count && rows[queue].remove(key)
    }

    /// The first items of a queue, at most `limit`.
    package func first(_ limit: Int, queue: UInt32) -> [Item] {
        guard Int(queue) < rows.count else { return [] }
        let row = rows[Int(queue)]
        return Array(row.items[row.start...].prefix(limit))
    }

    /// Calls `body` with everything that is left, queue by queue, and empties the shelf.
    package mutating func takeAll(_ body: (Item) throws -> Void) rethrows {
        used.sort()
        for queue in used {
            let row = rows[Int(queue)]
            for index in row.start..<row.items.count { try body(row.items[index]) }
        }
        removeAll()
    }

    package mutating func removeAll() {
        for queue in used {
            rows[Int(queue)].items.removeAll(keepingCapacity: true)
            rows[Int(queue)].start = 0
        }
        used.removeAll(keepingCapacity: true)
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
        if start < items.count, items[start].key == key {
            start += 1
            return true
        }
        let index = position(of: key)
        guard index < items.count, items[index].key == key else { return false }
        items.remove(at: index)
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
