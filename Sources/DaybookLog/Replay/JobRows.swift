internal import DaybookModel

/// The rows of the table `jobs`, for a fold: a record's place is that of its id among the ids, which the log gives in
/// ascending order, so there is neither tree nor hash to keep.
struct JobRows {
    static let slotsInChunk = 1 << 14
    // A record, and behind it whether the row is there.
    private static let slotBytes = JobRecord.byteCount + 8

    private let chunks: ScratchChunks
    private var index = AscendingIndex()
    private(set) var count = 0

    /// Goes to a file in `folder` as far as it is more than so many bytes.
    init(folder: String, plainBytesMax: Int) {
        chunks = ScratchChunks(
            folder: folder, chunkBytes: JobRows.slotsInChunk * JobRows.slotBytes, plainBytesMax: plainBytesMax)
    }

    /// Good until the next row is put.
    func value(_ id: SequenceNumber) throws(LogError) -> UnsafeRawBufferPointer? {
        guard let place = index.place(of: id) else { return nil }
        let slot = try slot(place)
        guard JobRows.isPresent(slot) else { return nil }
        return UnsafeRawBufferPointer(start: slot, count: JobRecord.byteCount)
    }

    mutating func put(_ id: SequenceNumber, _ value: UnsafeRawBufferPointer) throws(LogError) {
        guard value.count == JobRecord.byteCount else {
            throw LogError(.unusable, "A job's row has \(value.count) bytes.")
        }
        let place = if let known = index.place(of: id) { known } else { try add(id) }
        let slot = try slot(place)
        if !JobRows.isPresent(slot) { count += 1 }
        slot.copyMemory(from: value.baseAddress!, byteCount: JobRecord.byteCount)
        slot.storeBytes(of: 1, toByteOffset: JobRecord.byteCount, as: UInt64.self)
    }

    mutating func remove(_ id: SequenceNumber) throws(LogError) {
        guard let place = index.place(of: id) else { return }
        let slot = try slot(place)
        guard JobRows.isPresent(slot) else { return }
        slot.storeBytes(of: 0, toByteOffset: JobRecord.byteCount, as: UInt64.self)
        count -= 1
    }

    func scan(from first: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool) throws {
        try index.forEach(from: first) { id, place in
            let slot = try slot(place)
            guard JobRows.isPresent(slot) else { return true }
            return try body(id, UnsafeRawBufferPointer(start: slot, count: JobRecord.byteCount))
        }
    }

    private mutating func add(_ id: SequenceNumber) throws(LogError) -> Int {
        guard index.count == 0 || id > index.last else {
            throw LogError(.damaged, "Job \(id) was not there when later ones were created.", at: id)
        }
        if index.count == chunks.count * JobRows.slotsInChunk { try chunks.add() }
        let place = index.add(id)
        try slot(place).storeBytes(of: 0, toByteOffset: JobRecord.byteCount, as: UInt64.self)
        return place
    }

    private static func isPresent(_ slot: UnsafeMutableRawPointer) -> Bool {
        slot.load(fromByteOffset: JobRecord.byteCount, as: UInt64.self) != 0
    }

    private func slot(_ place: Int) throws(LogError) -> UnsafeMutableRawPointer {
        try chunks.address(of: place / JobRows.slotsInChunk) + place % JobRows.slotsInChunk * JobRows.slotBytes
    }
}
