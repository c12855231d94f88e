package import Daybook
package import DaybookModel
internal import Synchronization

/// Both clocks of a machine that does not exist, and those who sleep by them. Time passes when somebody says so.
package final class VirtualTime: Sendable {
    fileprivate struct Sleeper {
        let wakesAt: UInt64
        let number: UInt64
        let continuation: UnsafeContinuation<Void, any Error>
    }

    fileprivate struct State {
        /// Does not begin at 0, which means "never" in places.
        var monotonic: UInt64 = 1_000_000_000
        /// From the monotonic clock to the wall clock.
        var wallOffset: Int64
        /// The next to wake stands last.
        var sleepers: [Sleeper] = []
        var nextNumber: UInt64 = 1
        /// Cancelled before they slept.
        var cancelled: Set<UInt64> = []
    }

    private let state: Mutex<State>

    /// 2026-03-01T12:00:00Z, a day without anything special.
    package static let start = Instant(microseconds: 1_772_366_400_000_000)

    package init(start: Instant = VirtualTime.start) {
        state = Mutex(State(wallOffset: start.microseconds))
    }

    package var monotonicNanoseconds: UInt64 { state.withLock { $0.monotonic } }

    package var now: Instant {
        state.withLock { Instant(microseconds: $0.wallOffset).advanced(microseconds: Int64($0.monotonic / 1_000)) }
    }

    /// So long lasts the time of a virtual machine: what follows from it is far from what numbers can hold.
    package static let nanosecondsMax: UInt64 = 100 * 365 * 86_400 * 1_000_000_000

    /// The monotonic clock after so long; nil if time does not last until then.
    package func monotonic(after duration: Duration) -> UInt64? {
        let microseconds = UInt64(max(0, duration.clampedMicroseconds))
        guard microseconds <= VirtualTime.nanosecondsMax / 1_000 else { return nil }
        let end = monotonicNanoseconds + microseconds * 1_000
        return end <= VirtualTime.nanosecondsMax ? end : nil
    }

    /// The clocks as an engine wants them. Nobody sleeps on a thread: whoever drives the engine knows when it is time.
    package var clock: EngineClock {
        var clock = EngineClock(
            now: { [self] in now }, monotonicNanoseconds: { [self] in monotonicNanoseconds }, sleep: { _, _, _ in })
        clock.pause = { [self] in try await sleep(for: $0) }
        return clock
    }

    /// Lets time pass on both clocks.
    package func advance(to nanoseconds: UInt64) {
        state.withLock { $0.monotonic = max($0.monotonic, nanoseconds) }
    }

    /// Somebody sets the wall clock.
    package func stepWallClock(microseconds: Int64) {
        state.withLock { $0.wallOffset += microseconds }
    }

    // MARK: Sleeping

    /// Sleeps until so much time has passed, or until time ends. Throws when the task is cancelled, and when time has
    /// ended.
    package func sleep(for duration: Duration) async throws {
        guard monotonicNanoseconds < VirtualTime.nanosecondsMax else {
            throw Refusal(.wrongState, "A hundred years have passed; a test has no more.")
        }
        let number = state.withLock { state in
            defer { state.nextNumber += 1 }
            return state.nextNumber
        }
        let end = monotonic(after: duration) ?? VirtualTime.nanosecondsMax
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    guard state.cancelled.remove(number) == nil else { return true }
                    state.insert(
                        Sleeper(
                            wakesAt: end, number: number, continuation: continuation))
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            cancel(number)
        }
    }

    private func cancel(_ number: UInt64) {
        let sleeper: Sleeper? = state.withLock { state in
            guard let index = state.sleepers.firstIndex(where: { $0.number == number }) else {
                state.cancelled.insert(number)
                return nil
            }
            return state.sleepers.remove(at: index)
        }
        sleeper?.continuation.resume(throwing: CancellationError())
    }

    /// When the next sleeper wakes; nil if nobody sleeps.
    package var nextWake: UInt64? { state.withLock { $0.sleepers.last?.wakesAt } }

    /// Wakes those whose time has come, in the order of their times.
    package func wakeSleepers() {
        while let sleeper = state.withLock({ $0.takeDue() }) { sleeper.continuation.resume() }
    }

    /// Wakes everybody with an error, as when the world ends.
    package func endAllSleep() {
        let sleepers = state.withLock { state in
            defer { state.sleepers = [] }
            return state.sleepers
        }
        for sleeper in sleepers { sleeper.continuation.resume(throwing: CancellationError()) }
    }
}

extension VirtualTime.State {
    fileprivate mutating func insert(_ sleeper: VirtualTime.Sleeper) {
        var low = 0
        var high = sleepers.count
        while low < high {
            let middle = (low + high) / 2
            // Of those that wake at the same time the first to lie down is the first to wake.
            if sleepers[middle].wakesAt > sleeper.wakesAt { low = middle + 1 } else { high = middle }
        }
        while low < sleepers.count, sleepers[low].wakesAt == sleeper.wakesAt, sleepers[low].number > sleeper.number {
            low += 1
        }
        sleepers.insert(sleeper, at: low)
    }

    fileprivate mutating func takeDue() -> VirtualTime.Sleeper? {
        guard let next = sleepers.last, next.wakesAt <= monotonic else { return nil }
        return sleepers.removeLast()
    }
}
