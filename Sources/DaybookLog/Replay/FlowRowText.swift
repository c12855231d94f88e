internal import DaybookModel

/// Rows about what waits for what, as a person reads them.
extension JSONObject {
    mutating func writeChild(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard key.count == 16 else { return false }
        let key = RowKey(key)
        guard key.first == 0 else {
            guard value.isEmpty else { return false }
            number("job", key.first)
            number("child", key.second)
            return true
        }
        guard let row = Continuation(value), row.encoded().elementsEqual(value) else { return false }
        number("job", key.second)
        text("state", row.state.name)
        number("cause", row.cause)
        number("cursor", row.cursor)
        return true
    }

    mutating func writeBatch(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard key.count == 8, let batch = BatchRecord(value), batch.withBytes({ $0.elementsEqual(value) }) else {
            return false
        }
        number("batch", RowKey(key).first)
        if !batch.name.isEmpty { text("name", batch.name) }
        if batch.outer != 0 { number("inBatch", batch.outer) }
        text("standing", batch.standing.rawValue)
        if batch.isCancelling { flag("cancelling", true) }
        if batch.wasCancelled { flag("wasCancelled", true) }
        if batch.cursor != 0 { number("cursor", batch.cursor) }
        number("jobs", batch.jobs)
        number("succeeded", batch.succeeded)
        number("failed", batch.failed)
        number("cancelled", batch.cancelled)
        number("last", batch.last)
        instant("since", batch.since)
        instant("created", batch.created)
        return true
    }

    mutating func writeMember(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard key.count == 16 else { return false }
        let key = RowKey(key)
        guard key.first == 0 else {
            guard value.isEmpty else { return false }
            number("batch", key.first & ~RowKey.holdsBatches)
            number(key.first & RowKey.holdsBatches != 0 ? "inner" : "job", key.second)
            return true
        }
        guard value.count == 8 else { return false }
        number("job", key.second)
        number("batch", UInt64(littleEndian: value.loadUnaligned(as: UInt64.self)))
        return true
    }

    mutating func writeConditions(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard key.count == 8, let book = ConditionBook(value), book.encoded().elementsEqual(value) else { return false }
        number("job", RowKey(key).first)
        object("after") { after in
            for entry in book.entries {
                after.object("\(entry.parent)") { row in
                    row.text("condition", entry.condition.rawValue)
                    row.text("standing", String(describing: entry.standing))
                }
            }
        }
        return true
    }
}
