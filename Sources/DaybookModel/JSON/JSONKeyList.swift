// Finds keys that stand twice in one object. The keys of all objects that are open lie in one list, those of the
// innermost last. When an object ends its keys are compared and taken off. Few keys are compared each with each;
// many are sorted, by a hash first. Keys that were chosen to have the same hash only make the sort compare their
// texts, so they cost no more than that.

struct JSONKeyList {
    private struct Entry {
        let hash: UInt64
        let start: Int32
        let end: Int32
    }

    private var entries: [Entry] = []

    var count: Int { entries.count }

    mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

    /// The key between the quotation marks at `range`.
    mutating func append(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, isEscaped: Bool) {
        let key = UnsafeRawBufferPointer(rebasing: bytes[range])
        // Escaped and plain spellings of the same key must get the same hash.
        let hash = isEscaped ? JSONText.unescaped(key).withUnsafeBytes(JSONKeyList.hash) : JSONKeyList.hash(key)
        entries.append(Entry(hash: hash, start: Int32(range.lowerBound), end: Int32(range.upperBound)))
    }

    /// Ends an object whose first key is at `first`. Answers where a key stands that its object has twice.
    mutating func close(from first: Int, _ bytes: UnsafeRawBufferPointer) -> Int? {
        defer { entries.removeSubrange(first...) }
        let count = entries.count - first
        guard count > 1 else { return nil }
        return count <= 16 ? duplicateAmongFew(from: first, bytes) : duplicateAmongMany(from: first, bytes)
    }

    private func duplicateAmongFew(from first: Int, _ bytes: UnsafeRawBufferPointer) -> Int? {
        for late in first + 1..<entries.count {
            for early in first..<late where isEqual(entries[early], entries[late], bytes) {
                return Int(entries[late].start)
            }
        }
        return nil
    }

    private mutating func duplicateAmongMany(from first: Int, _ bytes: UnsafeRawBufferPointer) -> Int? {
        var sorted = Array(entries[first...])
        sorted.sort { left, right in
            guard left.hash == right.hash else { return left.hash < right.hash }
            return JSONKeyList.text(left, bytes).lexicographicallyPrecedes(JSONKeyList.text(right, bytes))
        }
        for index in 1..<sorted.count where isEqual(sorted[index - 1], sorted[index], bytes) {
            return Int(max(sorted[index - 1].start, sorted[index].start))
        }
        return nil
    }

    private func isEqual(_ left: Entry, _ right: Entry, _ bytes: UnsafeRawBufferPointer) -> Bool {
        left.hash == right.hash && JSONKeyList.text(left, bytes) == JSONKeyList.text(right, bytes)
    }

    private static func text(_ entry: Entry, _ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        JSONText.unescaped(UnsafeRawBufferPointer(rebasing: bytes[Int(entry.start)..<Int(entry.end)]))
    }

    private static func hash(_ key: UnsafeRawBufferPointer) -> UInt64 {
        let prime: UInt64 = 0x9E37_79B9_7F4A_7C15
        var hash = UInt64(key.count)
        var offset = 0
        while key.count - offset >= 8 {
            hash = (hash ^ UInt64(littleEndian: key.loadUnaligned(fromByteOffset: offset, as: UInt64.self))) &* prime
            hash ^= hash >> 32
            offset += 8
        }
        while offset < key.count {
            hash = (hash ^ UInt64(key[offset])) &* prime
            offset += 1
        }
        return hash ^ (hash >> 29)
    }
}
