internal import DaybookModel
internal import Synchronization

/// Whether somebody elsewhere works in this process's name. He has nothing open while he asks for no job and runs
/// none, as between two calls, and is taken to be there for a while after the last one.
final class WorkersElsewhere: Sendable {
    private struct State {
        /// Calls that wait for jobs, and runs that go on.
        var open = 0
        var last: Instant?
    }

    private let state = Mutex(State())

    /// As long as one may wait for a job in one call.
    private static let absenceMicroseconds: Int64 = 60_000_000

    func begin() { state.withLock { $0.open += 1 } }

    func end(at now: Instant) {
        state.withLock { state in
            state.open -= 1
            state.last = now
        }
    }

    func areThere(at now: Instant) -> Bool {
        state.withLock { state in
            guard state.open == 0 else { return true }
            // A clock that was put back does not make him stay.
            return state.last.map { (0...WorkersElsewhere.absenceMicroseconds) ~= now.microseconds - $0.microseconds }
                ?? false
        }
    }
}
