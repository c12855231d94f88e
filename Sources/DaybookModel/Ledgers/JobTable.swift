/// Something by the id of jobs, or of claims: open addressing with a multiplicative hash. There is no id 0.
///
/// Jobs are worked off in about the order of their ids, so ids that follow each other lie side by side, in one line of
/// the processor's cache: a large turn makes the table larger than the caches are.
///
/// Ids are our own sequence numbers, not input, so nothing is gained by a hash that strangers cannot predict; the
/// standard dictionary's costs as much as a look at the ledger's page. What is kept lies apart from the slots, so that
/// it does not move when these do.
@usableFromInline
package struct JobTable<Entry> {
    @usableFromInline var ids: [SequenceNumber]
    /// Of each slot, where in `entries`.
    @usableFromInline var places: [UInt32]
    @usableFromInline var mask: Int
    @usableFromInline var shift: UInt64
    @usableFromInline var entries: [Entry] = []
    /// Places that were given back.
    @usableFromInline var free: [UInt32] = []
    @usableFromInline package internal(set) var count = 0

    @inlinable
    package init() {
        self.init(slots: 64)
    }

    @inlinable
    init(slots: Int) {
        ids = Array(repeating: 0, count: slots)
        places = Array(repeating: 0, count: slots)
        mask = slots - 1
        shift = UInt64(UInt64.bitWidth - slots.trailingZeroBitCount) + JobTable.neighbourBits
    }

    /// Where the job stands, for as long as it does.
    @inlinable
    package func index(of id: SequenceNumber) -> Int? {
        var slot = home(id)
        while ids[slot] != 0 {
            if ids[slot] == id { return Int(places[slot]) }
            slot = (slot + 1) & mask
        }
        return nil
    }

    @inlinable
    package subscript(index: Int) -> Entry {
        _read { yield entries[index] }
        _modify { yield &entries[index] }
    }

    /// Puts it in, instead of what stands there, and answers where it stands.
    @inlinable @discardableResult
    package mutating func insert(_ id: SequenceNumber, _ entry: Entry) -> Int {
        if count * 2 > mask { grow() }
        var slot = home(id)
        while ids[slot] != 0, ids[slot] != id { slot = (slot + 1) & mask }
        if ids[slot] == 0 {
            count += 1
            ids[slot] = id
            guard let place = free.popLast() else {
                places[slot] = UInt32(entries.count)
                entries.append(entry)
                return entries.count - 1
            }
            places[slot] = place
        }
        entries[Int(places[slot])] = entry
        return Int(places[slot])
    }

    /// What is kept of it stays until its place is taken by another.
    @inlinable
    package mutating func remove(_ id: SequenceNumber) {
        var hole = home(id)
        while ids[hole] != id {
            if ids[hole] == 0 { return }
            hole = (hole + 1) & mask
        }
        count -= 1
        free.append(places[hole])
        // Whatever was pushed past the hole moves back, so that no marker of the dead is needed.
        var slot = (hole + 1) & mask
        while ids[slot] != 0 {
            let distance = (slot - home(ids[slot])) & mask
            if distance >= (slot - hole) & mask {
                ids[hole] = ids[slot]
                places[hole] = places[slot]
                hole = slot
            }
            slot = (slot + 1) & mask
        }
        ids[hole] = 0
    }

    /// Empties the table and gives back what a large turn made it grow to.
    @inlinable
    package mutating func removeAll() {
        guard count > 0 || mask >= 4096 else { return }
        self = JobTable()
    }

    /// All that stand here, in no order.
    package var allIDs: [SequenceNumber] { ids.filter { $0 != 0 } }

    /// Eight ids of eight bytes are a line of the cache.
    @inlinable
    static var neighbourBits: UInt64 { 3 }

    @inlinable
    func home(_ id: SequenceNumber) -> Int {
        let line = ((id >> JobTable.neighbourBits) &* 0x9E37_79B9_7F4A_7C15) &>> shift
        let place = id & (1 << JobTable.neighbourBits - 1)
        return Int(truncatingIfNeeded: line << JobTable.neighbourBits | place)
    }

    @usableFromInline
    mutating func grow() {
        var larger = JobTable(slots: (mask + 1) * 2)
        for slot in ids.indices where ids[slot] != 0 { larger.place(ids[slot], at: places[slot]) }
        (ids, places, mask, shift) = (larger.ids, larger.places, larger.mask, larger.shift)
    }

    private mutating func place(_ id: SequenceNumber, at place: UInt32) {
        var slot = home(id)
        while ids[slot] != 0 { slot = (slot + 1) & mask }
        (ids[slot], places[slot]) = (id, place)
    }
}
