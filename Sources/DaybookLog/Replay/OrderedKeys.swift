/// Keys in order, in short pieces, so that one more or one less moves few of the others.
struct OrderedKeys {
    private var pieces: [[RowBytes]] = []

    private static let pieceMax = 256
    /// How much memory a key takes here at most.
    static let keyBytesMax = 2 * MemoryLayout<RowBytes>.stride

    init(_ sorted: [RowBytes]) {
        var start = 0
        while start < sorted.count {
            let end = min(start + OrderedKeys.pieceMax / 2, sorted.count)
            pieces.append(Array(sorted[start..<end]))
            start = end
        }
    }

    mutating func insert(_ key: RowBytes) {
        guard !pieces.isEmpty else { return pieces.append([key]) }
        let piece = min(self.piece(of: key), pieces.count - 1)
        let index = OrderedKeys.index(of: key, in: pieces[piece])
        if index < pieces[piece].count, pieces[piece][index] == key { return }
        pieces[piece].insert(key, at: index)
        guard pieces[piece].count > OrderedKeys.pieceMax else { return }
        let half = pieces[piece].count / 2
        pieces.insert(Array(pieces[piece][half...]), at: piece + 1)
        pieces[piece].removeLast(pieces[piece].count - half)
    }

    mutating func remove(_ key: RowBytes) {
        let piece = piece(of: key)
        guard piece < pieces.count else { return }
        let index = OrderedKeys.index(of: key, in: pieces[piece])
        guard index < pieces[piece].count, pieces[piece][index] == key else { return }
        pieces[piece].remove(at: index)
        if pieces[piece].isEmpty { pieces.remove(at: piece) }
    }

    /// Calls `body` with the keys from `first` on, for as long as it answers true.
    func forEach(from first: RowBytes, _ body: (RowBytes) throws -> Bool) rethrows {
        var piece = piece(of: first)
        guard piece < pieces.count else { return }
        var index = OrderedKeys.index(of: first, in: pieces[piece])
        while piece < pieces.count {
            while index < pieces[piece].count {
                guard try body(pieces[piece][index]) else { return }
                index += 1
            }
            piece += 1
            index = 0
        }
    }

    /// The first piece that ends at `key` or behind it; the number of pieces if there is none.
    private func piece(of key: RowBytes) -> Int {
        var low = 0
        var high = pieces.count
        while low < high {
            let middle = (low + high) / 2
            if pieces[middle].last! < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func index(of key: RowBytes, in keys: [RowBytes]) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
