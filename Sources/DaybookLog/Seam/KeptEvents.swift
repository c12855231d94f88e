internal import DaybookModel

/// Events in memory by number from 1, their bytes one behind the other: walking through them touches nothing else.
struct KeptEvents {
    private var bytes: [UInt8] = []
    /// Where each one ends.
    private var ends: [Int] = []

    var last: SequenceNumber { UInt64(ends.count) }

    /// Calls `body` with the event of that number, if there is one.
    func read<R>(_ sequence: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R? {
        guard sequence >= 1, sequence <= last else { return nil }
        let place = place(of: Int(sequence) - 1)
        return try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[place])) }
    }

    /// Calls `body` with the events from `first` on, for as long as it answers true.
    func scan(
        from first: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) rethrows {
        guard first <= last else { return }
        try bytes.withUnsafeBytes { bytes in
            try ends.withUnsafeBufferPointer { ends in
                var index = Int(max(first, 1)) - 1
                var start = index == 0 ? 0 : ends[index - 1]
                while index < ends.count {
                    let end = ends[index]
                    index += 1
                    let value = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                    guard try body(UInt64(index), value) else { return }
                    start = end
                }
            }
        }
    }

    mutating func append(_ value: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: value)
        ends.append(bytes.count)
    }

    /// Forgets what came after event `last`.
    mutating func cut(after last: SequenceNumber) {
        ends.removeSubrange(Int(last)...)
        bytes.removeSubrange((ends.last ?? 0)...)
    }

    /// Damages an event in its place.
    mutating func damage(_ sequence: SequenceNumber, _ change: (UnsafeMutableRawBufferPointer) -> Void) {
        let place = place(of: Int(sequence) - 1)
        bytes.withUnsafeMutableBytes { change(UnsafeMutableRawBufferPointer(rebasing: $0[place])) }
    }

    private func place(of index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }
}
