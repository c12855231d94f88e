/// Keys of the ledgers: fixed-size, big-endian, so that the order of bytes is the order of meaning, and on the stack.
package struct RowKey: Hashable, Comparable, Sendable {
    package private(set) var high: UInt64
    package private(set) var low: UInt64
    package let count: Int

    private init(high: UInt64, low: UInt64, count: Int) {
        self.high = high
        self.low = low
        self.count = count
    }

    package static func < (left: RowKey, right: RowKey) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }

    /// `jobs`, `processes`: one number.
    package static func number(_ number: UInt64) -> RowKey {
        RowKey(high: number, low: 0, count: 8)
    }

    /// `queues`: one small number.
    package static func small(_ number: UInt32) -> RowKey {
        RowKey(high: UInt64(number) << 32, low: 0, count: 4)
    }

    /// `ready`: queue, then higher priority first, then position.
    package static func ready(queue: UInt32, priority: Int16, position: UInt64) -> RowKey {
        let rank = UInt64(UInt16(Int(Int16.max) - Int(priority)))
        return RowKey(high: UInt64(queue) << 32 | rank << 16 | position >> 48, low: position << 16, count: 14)
    }

    /// `due` and `recurringDue`: instant, then job. The sign is flipped so that instants before 1970 come first.
    package static func due(_ instant: Instant, job: UInt64) -> RowKey {
        RowKey(high: UInt64(bitPattern: instant.microseconds) ^ (1 << 63), low: job, count: 16)
    }

    /// `running`: process, then job.
    package static func running(process: UInt64, job: UInt64) -> RowKey {
        RowKey(high: process, low: job, count: 16)
    }

    /// `children`: job, then the job that waits for it; 0 and a job for what is still to be told of that one's end.
    package static func child(of parent: UInt64, _ job: UInt64) -> RowKey {
        RowKey(high: parent, low: job, count: 16)
    }

    /// The row that keeps a small tree from emptying: after every real key.
    package static func sentinel(_ table: Table) -> RowKey {
        RowKey(high: .max, low: .max, count: table == .ready ? 14 : 16)
    }

    /// A number that stands in a key of another shape.
    static func bigEndian(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    package var isSentinel: Bool { high == .max }

    package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        var words = (high.bigEndian, low.bigEndian)
        return try withUnsafeBytes(of: &words) { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }

    package init(_ bytes: UnsafeRawBufferPointer) {
        var words: (UInt64, UInt64) = (0, 0)
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes.prefix(16)) }
        high = UInt64(bigEndian: words.0)
        low = UInt64(bigEndian: words.1)
        count = min(bytes.count, 16)
    }

    // What the parts of a key say.
    package var readyQueue: UInt32 { UInt32(high >> 32) }
    package var readyPriority: Int16 { Int16(Int(Int16.max) - Int(high >> 16 & 0xFFFF)) }
    package var readyPosition: UInt64 { high << 48 | low >> 16 }
    package var readyRank: UInt64 { high >> 16 & 0xFFFF }
    package var dueInstant: Instant { Instant(microseconds: Int64(bitPattern: high ^ (1 << 63))) }
    package var first: UInt64 { high }
    package var second: UInt64 { low }
}
