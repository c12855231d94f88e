internal import DaybookModel

/// The place of each number among numbers that only ever came in ascending order: a bit for each, and for every 64 of
/// them how many came before. Ten million events take two megabytes, and a look-up is a bit count.
struct AscendingIndex {
    private var bits: [UInt64] = []
    private var countsBefore: [UInt32] = []
    private(set) var count = 0
    private(set) var last: UInt64 = 0

    /// The place of `number`, if it was added.
    func place(of number: UInt64) -> Int? {
        let word = Int(truncatingIfNeeded: number >> 6)
        guard number >> 6 < UInt64(bits.count) else { return nil }
        let bit = UInt64(1) << (number & 63)
        guard bits[word] & bit != 0 else { return nil }
        return Int(countsBefore[word]) + (bits[word] & (bit - 1)).nonzeroBitCount
    }

    /// Adds a number greater than all before, and answers its place.
    mutating func add(_ number: UInt64) -> Int {
        precondition(number > last || count == 0)
        let word = Int(number >> 6)
        while bits.count <= word {
            bits.append(0)
            countsBefore.append(UInt32(count))
        }
        bits[word] |= 1 << (number & 63)
        last = number
        count += 1
        return count - 1
    }

    /// Calls `body` with the numbers from `first` on and their places, in order, for as long as it answers true.
    func forEach(from first: UInt64, _ body: (UInt64, Int) throws -> Bool) rethrows {
        var word = Int(truncatingIfNeeded: min(first >> 6, UInt64(bits.count)))
        var mask = UInt64.max << (first & 63)
        while word < bits.count {
            var rest = bits[word] & mask
            while rest != 0 {
                let number = UInt64(word) << 6 | UInt64(rest.trailingZeroBitCount)
                guard try body(number, place(of: number)!) else { return }
                rest &= rest - 1
            }
            mask = .max
            word += 1
        }
    }
}
