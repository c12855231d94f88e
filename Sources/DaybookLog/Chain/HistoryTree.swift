// The history tree of the log: 16 children to a node, and nothing kept but what is still open.
//
// Of the first n events, the complete subtrees are given by n in base 16: the digit of weight 16^l says how many
// complete nodes of level l hang free on the right. Those are the peaks. A new leaf joins level 0; when a level
// holds 16 nodes they become one node of the level above, and so on, like carrying in an addition. The root is one
// hash over all peaks, so it is never more than a few kilobytes away, and both an inclusion proof and a proof that
// one tree extends another consist of nodes and peaks alone.

/// The right-hand edge of the tree over the first `count` events.
package struct HistoryTree {
    static let fanout = 16
    /// 16¹⁶ leaves are more than a sequence number can count.
    static let levelsMax = 16
    /// Completed nodes from this level on are stored; below it, hashing a few events again is cheaper than a row.
    package static let lowestStoredLevel = 2

    /// Each level's row is `node` and then its nodes, so that a full row is hashed where it lies.
    private static let rowBytes = 1 + fanout * Hash.byteCount

    package private(set) var count: UInt64 = 0
    private var rows: [UInt8]
    private let sha = Sha256()

    package init() {
        rows = Array(repeating: 0, count: HistoryTree.levelsMax * HistoryTree.rowBytes)
        for level in 0..<HistoryTree.levelsMax { rows[level * HistoryTree.rowBytes] = HashedAs.node }
    }

    /// A node that became complete.
    package struct Node: Equatable {
        package let level: UInt8
        package let index: UInt64
        package let hash: Hash
    }

    /// Adds the next event's leaf. Nodes worth storing that this completes are added to `completed`.
    package mutating func append(_ leaf: Hash, completed: inout [Node]) {
        count += 1
        place(leaf, level: 0, index: count - 1, completed: &completed)
    }

    /// Adds as many leaves as a node has children, by the node that they make. The last node must be complete.
    mutating func append(node: Hash, completed: inout [Node]) {
        count += UInt64(HistoryTree.fanout)
        place(node, level: 1, index: count / UInt64(HistoryTree.fanout) - 1, completed: &completed)
    }

    private mutating func place(_ hash: Hash, level: Int, index: UInt64, completed: inout [Node]) {
        var (hash, level, index) = (hash, level, index)
        while true {
            let slot = Int(index % UInt64(HistoryTree.fanout))
            put(hash, level: level, slot: slot)
            guard slot == HistoryTree.fanout - 1 else { return }
            hash = hashRow(level)
            level += 1
            index /= UInt64(HistoryTree.fanout)
            if level >= HistoryTree.lowestStoredLevel {
                completed.append(Node(level: UInt8(level), index: index, hash: hash))
            }
        }
    }

    /// How many peaks there are on a level.
    func peakCount(_ level: Int) -> Int { Int(count >> UInt64(4 * level) & 15) }

    /// The root over all events so far.
    package func root() -> Hash {
        sha.begin()
        sha.add(HashedAs.root)
        sha.add(count.bigEndian)
        rows.withUnsafeBytes { rows in
            for level in stride(from: HistoryTree.levelsMax - 1, through: 0, by: -1) where peakCount(level) > 0 {
                let start = level * HistoryTree.rowBytes + 1
                sha.add(UnsafeRawBufferPointer(rebasing: rows[start..<start + peakCount(level) * Hash.byteCount]))
            }
        }
        return sha.end()
    }

    /// Rebuilds the edge over the first `count` events from stored nodes and, below their level, from leaves.
    package init(
        count: UInt64, node: (_ level: UInt8, _ index: UInt64) throws -> Hash, leaf: (_ index: UInt64) throws -> Hash
    ) throws {
        self.init()
        let bottom = UInt64(1) << UInt64(4 * HistoryTree.lowestStoredLevel)
        let stored = count / bottom * bottom
        for level in HistoryTree.lowestStoredLevel..<HistoryTree.levelsMax {
            let total = stored >> UInt64(4 * level)
            for index in (total - total % 16)..<total {
                put(try node(UInt8(level), index), level: level, slot: Int(index % 16))
            }
        }
        self.count = stored
        var ignored: [Node] = []
        for index in stored..<count { append(try leaf(index), completed: &ignored) }
    }

    /// The peaks, from the highest level to the lowest, left to right.
    package var peaks: [Hash] {
        rows.withUnsafeBytes { rows in
            (0..<HistoryTree.levelsMax).reversed().flatMap { level in
                (0..<peakCount(level)).map { slot in
                    let start = level * HistoryTree.rowBytes + 1 + slot * Hash.byteCount
                    return Hash(UnsafeRawBufferPointer(rebasing: rows[start..<start + Hash.byteCount]))
                }
            }
        }
    }

    private mutating func put(_ hash: Hash, level: Int, slot: Int) {
        let start = level * HistoryTree.rowBytes + 1 + slot * Hash.byteCount
        rows.withUnsafeMutableBytes { rows in
            hash.withBytes {
                UnsafeMutableRawBufferPointer(rebasing: rows[start..<start + Hash.byteCount]).copyMemory(from: $0)
            }
        }
    }

    private func hashRow(_ level: Int) -> Hash {
        let start = level * HistoryTree.rowBytes
        return rows.withUnsafeBytes {
            sha.hash(UnsafeRawBufferPointer(rebasing: $0[start..<start + HistoryTree.rowBytes]))
        }
    }
}
