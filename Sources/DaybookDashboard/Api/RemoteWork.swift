// Claims of workers elsewhere, while this process speaks for them. Each has a lease that its worker extends by
// every sign of life; when it runs out the job goes back, and no attempt is burnt. One task sleeps until the next
// lease or timeout runs out, and is there only while there are claims.

internal import Daybook
internal import DaybookModel
internal import Synchronization

final class RemoteWork: Sendable {
    struct Held: Sendable {
        let run: RemoteRun
        /// Who claimed it, and nobody else, may say how it came out.
        let owner: String
        let lease: Duration
        let began: ContinuousClock.Instant
        var leaseEnds: ContinuousClock.Instant
        let timeout: ContinuousClock.Instant?
    }

    private struct State {
        var held: [SequenceNumber: Held] = [:]
        /// Taken out, and their ends are being written.
        var ending = 0
        var guardian: Task<Void, Never>?
        /// Who waits until nothing is held any more.
        var awaiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var awaited = 0

        var isEmpty: Bool { held.isEmpty && ending == 0 }

        mutating func takeAwaiting() -> [CheckedContinuation<Void, Never>] {
            guard isEmpty else { return [] }
            defer { awaiting = [:] }
            return Array(awaiting.values)
        }
    }

    private let state = Mutex(State())
    private let clock = ContinuousClock()

    var count: Int { state.withLock { $0.held.count } }

    func hold(_ runs: [RemoteRun], owner: String, lease: Duration) {
        guard !runs.isEmpty else { return }
        let now = clock.now
        state.withLock { state in
            for run in runs {
                let timeout = run.created.value.timeoutMicroseconds.map {
                    now.advanced(by: .microseconds(Int64(clamping: $0)))
                }
                state.held[run.token] = Held(
                    run: run, owner: owner, lease: lease, began: now, leaseEnds: now.advanced(by: lease),
                    timeout: timeout)
            }
            state.guardian?.cancel()
            state.guardian = Task { await watch() }  // tidy: ends with the last claim, or with the dashboard
        }
    }

    /// The claim of that token, if whoever asks holds it. Asking is a sign of life.
    func find(_ token: SequenceNumber, of owner: String) -> Held? {
        state.withLock { state in
            guard var held = state.held[token], held.owner == owner else { return nil }
            held.leaseEnds = clock.now.advanced(by: held.lease)
            state.held[token] = held
            return held
        }
    }

    /// Takes the claim out, to end it: one caller gets it, and says with `noteEnd` when its end is written.
    func take(_ token: SequenceNumber, of owner: String) -> Held? {
        state.withLock { state in
            guard let held = state.held[token], held.owner == owner else { return nil }
            state.held[token] = nil
            state.ending += 1
            return held
        }
    }

    /// Puts a claim back whose end could not be written.
    func putBack(_ held: Held) {
        state.withLock { state in
            state.held[held.run.token] = held
            state.ending -= 1
        }
    }

    /// The end of a claim that was taken out is written. Lets those go on who wait for the last one, if that was it.
    func noteEnd() {
        let waiting = state.withLock { state in
            state.ending -= 1
            return state.takeAwaiting()
        }
        for one in waiting { one.resume() }
    }

    /// Returns when no claim is held any more, when this has stopped, or when the task is cancelled.
    func waitForEnds() async {
        let number = state.withLock { state in
            state.awaited += 1
            return state.awaited
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    guard !state.isEmpty, !Task.isCancelled else { return true }
                    state.awaiting[number] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.awaiting.removeValue(forKey: number) }?.resume()
        }
    }

    func stop() {
        let (guardian, waiting) = state.withLock { state in
            state.held = [:]
            return (state.guardian, state.takeAwaiting())
        }
        guardian?.cancel()
        for one in waiting { one.resume() }
    }

    private func watch() async {
        while !Task.isCancelled {
            let (overdue, next) = takeOverdue()
            for held in overdue {
                await end(held)
                noteEnd()
            }
            guard let next else { return }
            try? await clock.sleep(until: next)  // tidy: leases of programs elsewhere are in real time
        }
    }

    private func takeOverdue() -> (overdue: [Held], next: ContinuousClock.Instant?) {
        let now = clock.now
        return state.withLock { state in
            let overdue = state.held.values.filter { $0.deadline <= now }
            for held in overdue { state.held[held.run.token] = nil }
            state.ending += overdue.count
            return (overdue, state.held.values.map(\.deadline).min())
        }
    }

    private func end(_ held: Held) async {
        if let timeout = held.timeout, timeout <= held.leaseEnds {
            let limit = held.run.created.value.timeoutMicroseconds ?? 0
            _ = try? await held.run.fail(
                "timeout", "the run took longer than its timeout of \(limit / 1_000) ms", ranMicroseconds: limit,
                isFinal: false, because: "timeout")
        } else {
            _ = try? await held.run.giveUp(reason: "lease: the worker gave no sign of life")
        }
    }
}

extension RemoteWork.Held {
    fileprivate var deadline: ContinuousClock.Instant { timeout.map { min($0, leaseEnds) } ?? leaseEnds }

    var ranMicroseconds: UInt64 {
        let parts = (ContinuousClock().now - began).components
        return UInt64(clamping: parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000)
    }
}
