/// Something by the id of jobs, for the writer's thread: open addressing with a multiplicative hash.
///
/// Ids are our own sequence numbers, not input, so nothing is gained by a hash that strangers cannot predict; the
/// standard dictionary's costs as much as a look at the ledger's page.
struct JobTable<Entry> {
    private var ids: [SequenceNumber]
    private var entries: [Entry?]
    private var mask: Int
    private var shift: UInt64
    private(set) var count = 0

    init() {
        self.init(slots: 64)
    }

    private init(slots: Int) {
        ids = Array(repeating: 0, count: slots)
        entries = Array(repeating: nil, count: slots)
        mask = slots - 1
        shift = UInt64(UInt64.bitWidth - slots.trailingZeroBitCount)
    }

    /// Where the job stands; good until the table changes.
    func index(of id: SequenceNumber) -> Int? {
        var slot = home(id)
        while ids[slot] != 0 {
            if ids[slot] == id { return slot }
            slot = (slot + 1) & mask
        }
        return nil
    }

    subscript(index: Int) -> Entry {
        _read { yield entries[index]! }
        _modify { yield &entries[index]! }
    }

    mutating func insert(_ id: SequenceNumber, _ entry: Entry) {
        if count * 2 > mask { grow() }
        var slot = home(id)
        while ids[slot] != 0, ids[slot] != id { slot = (slot + 1) & mask }
        if ids[slot] == 0 { count += 1 }
        ids[slot] = id
        entries[slot] = entry
    }

    @discardableResult
    mutating func remove(_ id: SequenceNumber) -> Entry? {
        guard var hole = index(of: id) else { return nil }
        let removed = entries[hole]
        count -= 1
        // Whatever was pushed past the hole moves back, so that no marker of the dead is needed.
        var slot = (hole + 1) & mask
        while ids[slot] != 0 {
            let distance = (slot - home(ids[slot])) & mask
            if distance >= (slot - hole) & mask {
                ids[hole] = ids[slot]
                entries[hole] = entries[slot]
                hole = slot
            }
            slot = (slot + 1) & mask
        }
        ids[hole] = 0
        entries[hole] = nil
        return removed
    }

    /// Empties the table and gives back what a large turn made it grow to.
    mutating func removeAll() {
        guard count > 0 || mask >= 4096 else { return }
        self = JobTable()
    }

    private func home(_ id: SequenceNumber) -> Int {
        Int((id &* 0x9E37_79B9_7F4A_7C15) >> shift)
    }

    private mutating func grow() {
        var larger = JobTable(slots: (mask + 1) * 2)
        for slot in ids.indices where ids[slot] != 0 { larger.insert(ids[slot], entries[slot]!) }
        self = larger
    }
}
