// The claims that this process has in its hands, started or not. The log alone says whether a claim is still in force:
// a person may have cancelled the job, its timeout may have passed, or another process taken it over because this one
// did not answer. The writer compares whenever somebody could have taken a claim away; a run whose claim is gone is
// cancelled, and one that has not begun does not begin.

internal import DaybookLog
internal import DaybookModel
internal import Synchronization

final class HeldClaims: Sendable {
    private enum Standing {
        /// Handed to a pool.
        case waiting
        /// No longer in force, and not begun.
        case lost
        case running(StartedRun)
    }

    private struct State {
        /// Handed to a pool and not ended, by their tokens. Nil in what is left of those that have ended.
        var held = JobTable<Standing?>()
        /// Runs that may not take as long as they like.
        var timed: [SequenceNumber: StartedRun] = [:]
        /// How many run for which there was no place to write them down.
        var unplaced = 0
        var freePlaces = Array((0..<ProcessPresence.places).reversed())

        subscript(token: SequenceNumber) -> Standing? { held.index(of: token).flatMap { held[$0] } }

        /// Forgets a claim, and answers how it stood.
        @discardableResult
        mutating func forget(_ token: SequenceNumber) -> Standing? {
            guard let index = held.index(of: token) else { return nil }
            defer {
                held[index] = nil
                held.remove(token)
            }
            return held[index]
        }
    }

    private let state = Mutex(State())
    /// Where others find what this process has started; nil where there are no others.
    private let presence: (any ProcessSigns)?

    init(_ presence: (any ProcessSigns)?) {
        self.presence = presence
    }

    func hold(_ jobs: [ClaimedJob]) {
        // By index: looking at a number in it is cheaper than holding on to all of a job.
        state.withLock { state in for index in jobs.indices { state.held.insert(jobs[index].claimed.token, .waiting) } }
    }

    /// Whether a claim that was not begun is still worth giving back. It is not held any more.
    func giveBack(_ job: ClaimedJob) -> Bool {
        state.withLock { state in
            if case .lost? = state.forget(job.claimed.token) { false } else { true }
        }
    }

    /// A worker starts on a claim; nil if it is no longer in force. The second value: it has to end before all others.
    func begin(_ job: OpenedJob, _ task: TaskReference?, nowNanoseconds: UInt64) -> (run: StartedRun, isFirst: Bool)? {
        let token = job.claimed.token
        let deadline = job.created.value.timeoutMicroseconds.map { HeldClaims.later(nowNanoseconds, by: $0) }
        return state.withLock { state in
            if case .lost? = state[token] {
                state.forget(token)
                return nil
            }
            // Written down before anybody can take it away, and before it begins.
            let place = state.freePlaces.popLast()
            if place == nil {
                state.unplaced += 1
                presence?.setOverfull(true)
            }
            let run = StartedRun(job, task, place: place, deadlineNanoseconds: deadline, presence: presence)
            state.held.insert(token, .running(run))
            guard let deadline else { return (run, false) }
            let isFirst = !state.timed.values.contains { $0.deadlineNanoseconds ?? .max <= deadline }
            state.timed[token] = run
            return (run, isFirst)
        }
    }

    private static func later(_ now: UInt64, by microseconds: UInt64) -> UInt64 {
        let (span, overflow) = microseconds.multipliedReportingOverflow(by: 1_000)
        let (sum, wrapped) = now.addingReportingOverflow(span)
        return overflow || wrapped ? .max : sum
    }

    func end(_ run: StartedRun) {
        let token = run.job.claimed.token
        run.end()
        state.withLock { state in
            state.forget(token)
            if run.deadlineNanoseconds != nil { state.timed[token] = nil }
            if let place = run.place {
                state.freePlaces.append(place)
            } else {
                state.unplaced -= 1
                if state.unplaced == 0 { presence?.setOverfull(false) }
            }
        }
    }

    /// Whether there is anything that could be taken away.
    var isEmpty: Bool { state.withLock { $0.held.count == 0 } }

    /// Cancels all runs whose claim is not among those in force, and keeps the others from beginning.
    func keepOnly(_ inForce: Set<SequenceNumber>) {
        let cancelled = state.withLock { state in
            var cancelled: [StartedRun] = []
            // In order, so that the same thing happens the same way each time.
            for token in state.held.allIDs.filter({ !inForce.contains($0) }).sorted() {
                if case .running(let run)? = state[token] {
                    cancelled.append(run)
                } else {
                    state.held.insert(token, .lost)
                }
            }
            return cancelled
        }
        for run in cancelled where !run.isCancelled { run.cancel() }
    }

    /// Cancels all runs because the process stops: they go back.
    func giveUpAll() {
        let runs = state.withLock { state in
            state.held.allIDs.compactMap { if case .running(let run)? = state[$0] { run } else { nil } }
        }
        for run in runs { run.giveUp() }
    }

    /// The runs that have taken too long. Each is told once.
    func takeOverdue(nowNanoseconds: UInt64) -> [StartedRun] {
        state.withLock { state in
            guard !state.timed.isEmpty else { return [] }
            let overdue = state.timed.values.filter { $0.deadlineNanoseconds ?? .max <= nowNanoseconds }
                .sorted { $0.job.claimed.token < $1.job.claimed.token }
            for run in overdue { state.timed[run.job.claimed.token] = nil }
            return overdue
        }
    }

    /// When the next run will have taken too long.
    var nextDeadlineNanoseconds: UInt64? {
        state.withLock { $0.timed.values.compactMap(\.deadlineNanoseconds).min() }
    }
}
