// One thread for each follower: it takes steps until all of the log is in the rows, and then sleeps until somebody
// commits. A view may lag by some milliseconds, so a busy writer is not made to wake it for every commit.

internal import DaybookModel
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Keeps a follower up to date in the background.
final class FollowerThread: Sendable {
    let type: any Follower.Type
    private let id: ViewID
    private let views: Views
    private let wake: WakePage
    private let state = Mutex(State())

    private struct State {
        var isStopping = false
        var hasEnded = false
        var failure: (any Error)?
        var ends: [UnsafeContinuation<Void, Never>] = []
        var waiters: [Waiter] = []
    }

    private struct Waiter: Sendable {
        let sequence: SequenceNumber
        let continuation: UnsafeContinuation<Void, any Error>
    }

    /// The slow look behind the wake-ups, for an owner that died and for what nobody announced.
    private static let idleNanoseconds: UInt64 = 500_000_000
    /// As long as somebody waits for what another process does.
    private static let waitingNanoseconds: UInt64 = 10_000_000
    private static let lagNanoseconds: UInt64 = 2_000_000
    private static let troubleNanoseconds: UInt64 = 100_000_000

    init(_ type: any Follower.Type, _ id: ViewID, _ views: Views, _ wake: WakePage) {
        self.type = type
        self.id = id
        self.views = views
        self.wake = wake
    }

    func start() throws(LogError) {
        let reference = Unmanaged.passRetained(self)
        // Signals are for the threads of the program that embeds us.
        var all = sigset_t()
        var old = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &old)
        defer { pthread_sigmask(SIG_SETMASK, &old, nil) }
        var thread = pthread_t(bitPattern: 0)
        let code = pthread_create(&thread, nil, runFollowerThread, reference.toOpaque())
        guard code == 0 else {
            reference.release()
            throw LogError(errno: code, doing: "start a thread for the follower \(id)")
        }
        if let thread = Optional(thread) { pthread_detach(thread) }
    }

    /// Ends the thread after its batch, and waits for that.
    func stop() async {
        requestStop()
        await withUnsafeContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.ends.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    /// Ends the thread after its batch.
    func requestStop() {
        state.withLock { $0.isStopping = true }
        wake.announceCommit()
    }

    /// Waits until the event is in the rows.
    func wait(through sequence: SequenceNumber) async throws {
        try await withUnsafeThrowingContinuation { continuation in
            let failure: (any Error)? = state.withLock { state in
                if state.hasEnded { return state.failure ?? FollowerThread.stopped(id) }
                state.waiters.append(Waiter(sequence: sequence, continuation: continuation))
                return nil
            }
            if let failure { continuation.resume(throwing: failure) } else { wake.announceCommit() }
        }
    }

    private static func stopped(_ id: ViewID) -> LogError {
        LogError(.unusable, "The follower \(id) does not go on, because the engine is being closed.")
    }

    // MARK: On the thread

    fileprivate func run() {
        do {
            let run = try FollowerRun(type, views)
            defer { run.end() }
            while !state.withLock({ $0.isStopping }) {
                let seen = wake.commits
                if try step(run) { rest(since: seen) }
            }
            end(with: nil)
        } catch {
            end(with: error)
        }
    }

    /// Takes a step, and answers whether there is nothing more to do for now. Throws what another try will not mend.
    private func step(_ run: FollowerRun) throws -> Bool {
        do {
            let step = try run.step()
            answer(run, step)
            return step != .behind
        } catch let failure as FollowerFailure {
            run.note(failure)
            throw failure
        } catch let error as LogError where error.code == .damaged {
            run.note(error)
            throw error
        } catch {
            // A full disk, too few descriptors, a folder that is being deleted: it passes, or somebody sees to it.
            MonotonicClock.pause(nanoseconds: FollowerThread.troubleNanoseconds)
            return false
        }
    }

    private func rest(since seen: UInt32) {
        let isAwaited = state.withLock { !$0.waiters.isEmpty }
        let timeout = isAwaited ? FollowerThread.waitingNanoseconds : FollowerThread.idleNanoseconds
        if wake.waitForCommit(after: seen, timeoutNanoseconds: timeout) != seen {
            MonotonicClock.pause(nanoseconds: FollowerThread.lagNanoseconds)
        }
    }

    /// Tells those whose event is in the rows by now.
    private func answer(_ run: FollowerRun, _ step: FollowerRun.Step) {
        guard state.withLock({ !$0.waiters.isEmpty }) else { return }
        guard let position = step == .waiting ? try? views.position(of: id) : run.position else { return }
        let done = state.withLock { state in
            let done = state.waiters.filter { $0.sequence <= position }
            state.waiters.removeAll { $0.sequence <= position }
            return done
        }
        for waiter in done { waiter.continuation.resume() }
    }

    private func end(with failure: (any Error)?) {
        let (ends, waiters) = state.withLock { state in
            state.hasEnded = true
            state.failure = failure
            defer { (state.ends, state.waiters) = ([], []) }
            return (state.ends, state.waiters)
        }
        for waiter in waiters { waiter.continuation.resume(throwing: failure ?? FollowerThread.stopped(id)) }
        for end in ends { end.resume() }
    }
}

private func runFollowerThread(_ reference: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let reference { Unmanaged<FollowerThread>.fromOpaque(reference).takeRetainedValue().run() }
    return nil
}
