/// One queue: its name, whether it is paused, and how many of its jobs stand in each state.
package struct QueueRecord: Equatable, Sendable {
    package let name: String
    package var isPaused = false
    /// By the state's number; index 0 is unused.
    package var counts: [UInt64]

    package init(name: String) {
        self.name = name
        counts = Array(repeating: 0, count: QueueRecord.stateCount)
    }

    /// Queues that are the engine's own. Who asks for all queues is not given their jobs: only a process that is
    /// there for them can run them.
    package static let reservedPrefix = "daybook."

    package static func isReserved(_ name: String) -> Bool { name.hasPrefix(reservedPrefix) }

    /// Whether people are to see it: what stands for the queues to come says something only while it is paused.
    package var isShown: Bool { name != Name.queuesToCome || isPaused }

    package subscript(state: JobState) -> UInt64 { counts[Int(state.rawValue)] }

    static let stateCount = 9

    package func encoded() -> [UInt8] {
        var bytes: [UInt8] = [isPaused ? 1 : 0]
        bytes.reserveCapacity(1 + 8 * QueueRecord.stateCount + name.utf8.count)
        for count in counts { withUnsafeBytes(of: count.littleEndian) { bytes.append(contentsOf: $0) } }
        bytes.append(contentsOf: name.utf8)
        return bytes
    }

    package init?(_ bytes: UnsafeRawBufferPointer) {
        let fixed = 1 + 8 * QueueRecord.stateCount
        guard bytes.count > fixed else { return nil }
        name = String(decoding: bytes[fixed...], as: UTF8.self)
        isPaused = bytes[0] != 0
        counts = (0..<QueueRecord.stateCount).map {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 1 + 8 * $0, as: UInt64.self))
        }
    }
}
