internal import Synchronization

/// Until when running jobs may go on after an engine was told to stop.
final class StopDeadline: Sendable {
    private let nanoseconds = Mutex<UInt64?>(nil)

    /// The earliest that anybody has set stands.
    func set(_ deadline: UInt64) {
        nanoseconds.withLock { $0 = min($0 ?? .max, deadline) }
    }

    func hasPassed(now: UInt64) -> Bool {
        nanoseconds.withLock { $0.map { $0 <= now } ?? false }
    }

    /// How long until then; nil if nobody has set it, or it has passed.
    func waitNanoseconds(now: UInt64) -> UInt64? {
        nanoseconds.withLock { $0.flatMap { $0 > now ? $0 - now : nil } }
    }
}
