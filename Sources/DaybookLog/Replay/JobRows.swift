internal import DaybookModel

/// The rows of the table `jobs`, for a fold: a record's place is that of its id among the ids, which the log gives in
/// ascending order, so there is neither tree nor hash to keep.
struct JobRows {
    private static let slotsInChunk = 1 << 14
    // A record, and behind it whether the row is there.
    private static let slotBytes = JobRecord.byteCount + 8
    private static let chunkBytes = slotsInChunk * slotBytes

    private let memory: ScratchMemory
    private var index = AscendingIndex()
    private var chunks: [UnsafeMutableRawPointer] = []
    private(set) var count = 0

    init(_ memory: ScratchMemory) {
        self.memory = memory
    }

    func value(_ id: SequenceNumber) -> UnsafeRawBufferPointer? {
        guard let place = index.place(of: id) else { return nil }
        let slot = slot(place)
        guard JobRows.isPresent(slot) else { return nil }
        return UnsafeRawBufferPointer(start: slot, count: JobRecord.byteCount)
    }

    mutating func put(_ id: SequenceNumber, _ value: UnsafeRawBufferPointer) throws(LogError) {
        guard value.count == JobRecord.byteCount else {
            throw LogError(.unusable, "A job's row has \(value.count) bytes.")
        }
        let place = if let known = index.place(of: id) { known } else { try add(id) }
        let slot = slot(place)
        if !JobRows.isPresent(slot) { count += 1 }
        slot.copyMemory(from: value.baseAddress!, byteCount: JobRecord.byteCount)
        slot.storeBytes(of: 1, toByteOffset: JobRecord.byteCount, as: UInt64.self)
    }

    mutating func remove(_ id: SequenceNumber) {
        guard let place = index.place(of: id), JobRows.isPresent(slot(place)) else { return }
        slot(place).storeBytes(of: 0, toByteOffset: JobRecord.byteCount, as: UInt64.self)
        count -= 1
    }

    func scan(from first: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool) rethrows {
        try index.forEach(from: first) { id, place in
            let slot = slot(place)
            guard JobRows.isPresent(slot) else { return true }
            return try body(id, UnsafeRawBufferPointer(start: slot, count: JobRecord.byteCount))
        }
    }

    private mutating func add(_ id: SequenceNumber) throws(LogError) -> Int {
        guard index.count == 0 || id > index.last else {
            throw LogError(.damaged, "Job \(id) was not there when later ones were created.", at: id)
        }
        if index.count == chunks.count * JobRows.slotsInChunk {
            chunks.append(try memory.chunk(byteCount: JobRows.chunkBytes))
        }
        let place = index.add(id)
        slot(place).storeBytes(of: 0, toByteOffset: JobRecord.byteCount, as: UInt64.self)
        return place
    }

    private static func isPresent(_ slot: UnsafeMutableRawPointer) -> Bool {
        slot.load(fromByteOffset: JobRecord.byteCount, as: UInt64.self) != 0
    }

    private func slot(_ place: Int) -> UnsafeMutableRawPointer {
        chunks[place / JobRows.slotsInChunk] + place % JobRows.slotsInChunk * JobRows.slotBytes
    }
}
