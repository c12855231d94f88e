import DaybookLog

/// Bytes on the disk for each byte of an event of 160 bytes, chain included.
let logSize: [Measurement] = [(1, 3000, 1.8), (100, 200_000, 1.25)].map { batch, operations, floor in
    Measurement(
        suite: "log", name: "bytes on disk per byte, batch \(batch)", unit: .bytesPerByte,
        target: .ours(floor: floor, aim: nil),
        ours: { place in
            let store = try SampleLog.make(in: place)
            defer { store.close() }
            let before = try store.facts().usedBytes
            let count = place.operations(operations)
            try SampleLog.append(count, batch: batch, LogWriter(store.storage))
            let facts = try store.facts()
            let used = facts.usedBytes - facts.freePages * facts.pageSizeBytes - before
            return Sample(value: Double(used) / Double(count * 160))
        })
}
