// Copying a store takes the disk and a processor away from those who work on it. So between two stretches a copy looks
// whether others have committed meanwhile, and if so rests for as long as the stretch took.

internal import Synchronization

/// What whoever asked for a copy wants to say in the matter.
package struct CopyControl: Sendable {
    /// Asked between stretches; a copy that is told to stop leaves nothing behind.
    package var isStopped: @Sendable () -> Bool
    /// Told between stretches, on the thread that copies, and while the copy is verified on other threads.
    package var progress: @Sendable (CopyProgress) -> Void
    /// What is there of it, once it has stopped.
    var remains = "nothing was left behind"

    package init(
        isStopped: @escaping @Sendable () -> Bool = { false },
        progress: @escaping @Sendable (CopyProgress) -> Void = { _ in }
    ) {
        self.isStopped = isStopped
        self.progress = progress
    }

    func requireGoingOn() throws(LogError) {
        guard !isStopped() else { throw LogError(.stopped, "Stopped as asked; \(remains).") }
    }
}

/// How far a copy has come.
package struct CopyProgress: Equatable, Sendable {
    package enum Phase: String, Sendable {
        case copying = "copying events"
        case ledgers = "copying the ledgers"
        case verifying = "verifying the copy"
        case searching = "searching pages"
        case sorting = "looking through the events that were found"
        case recovering = "recovering events"
        case forking = "taking over events"
        case archives = "copying archives"
        case archiving = "archiving events"
        case numbers = "leaving numbers out"
        case rebuilding = "making the ledgers from events"
        case checking = "checking the ledgers"
    }

    package let phase: Phase
    /// What is read meanwhile; nil where the phase reads only one thing. Each has a pace and an end of its own.
    package var reading: ReadProgress.Phase?
    package let position: UInt64
    package let total: UInt64

    /// What is being done, in words; `position` and `total` are of that alone.
    package var what: String {
        reading.map { "\(phase.rawValue): \($0.object)" } ?? phase.rawValue
    }
}

/// Lets those who write go first.
final class CopyPace: Sendable {
    private struct State {
        var commits: UInt32
        var sinceNanoseconds: UInt64
    }

    /// Nobody is kept waiting for a rest longer than this.
    private static let restNanosecondsMax: UInt64 = 200_000_000

    private let wake: WakePage?
    private let state: Mutex<State>

    init(_ wake: WakePage?) {
        self.wake = wake
        state = Mutex(State(commits: wake?.commits ?? 0, sinceNanoseconds: MonotonicClock.nowNanoseconds))
    }

    /// Called after a stretch. Threads that copy or verify side by side rest side by side.
    func rest() {
        guard let wake else { return }
        let commits = wake.commits
        let rest = state.withLock { state -> UInt64 in
            guard commits != state.commits else { return 0 }
            state.commits = commits
            // Read in here: another thread may just have ended its rest, which would be later than now.
            let now = MonotonicClock.nowNanoseconds
            return min(max(now, state.sinceNanoseconds) - state.sinceNanoseconds, CopyPace.restNanosecondsMax)
        }
        if rest > 0 { MonotonicClock.pause(nanoseconds: rest) }
        state.withLock { $0.sinceNanoseconds = MonotonicClock.nowNanoseconds }
    }
}
