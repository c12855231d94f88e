internal import DaybookLog
internal import DaybookModel
internal import Synchronization

/// A command on its way to the writer, and who waits for its answer.
struct WriteRequest: Sendable {
    let command: Command
    let reply: UnsafeContinuation<Answer, any Error>?
    /// What it may add to the log. Known before the writer sees it, because his time is everybody's.
    let eventBytesMax: Int

    init(command: Command, reply: UnsafeContinuation<Answer, any Error>?) {
        self.command = command
        self.reply = reply
        eventBytesMax = command.eventBytesMax
    }
}

/// What callers leave for the writer to find: two lists, one being filled while the other is worked off.
final class Inbox: Sendable {
    private struct State {
        var requests: [WriteRequest] = []
        var isWriterAsleep = false
        var isPoked = false
        var failure: (any Error)?
    }

    private let state = Mutex(State())
    private let wake: WakePage
    private let clock: EngineClock

    init(wake: WakePage, clock: EngineClock) {
        self.wake = wake
        self.clock = clock
    }

    /// Hands a command over. Throws what the engine died of, if it has.
    func submit(_ request: WriteRequest) throws {
        let mustWake = try state.withLock { state in
            if let failure = state.failure { throw failure }
            state.requests.append(request)
            return state.isWriterAsleep
        }
        // The writer sleeps on the page that commits are announced on, so that one wait covers its own callers and
        // other processes.
        if mustWake { wake.announceCommit() }
    }

    /// Lets the writer look around although there is no command.
    func poke() {
        let mustWake = state.withLock { state in
            state.isPoked = true
            return state.isWriterAsleep
        }
        if mustWake { wake.announceCommit() }
    }

    /// Waits until there is something to do, another process has committed, or the time is up; then takes what is
    /// there.
    func take(into requests: inout [WriteRequest], timeoutNanoseconds: UInt64) {
        requests.removeAll(keepingCapacity: true)
        let seen = wake.commits
        let isEmpty = state.withLock { state in
            let isEmpty = state.requests.isEmpty && !state.isPoked
            state.isWriterAsleep = isEmpty
            return isEmpty
        }
        if isEmpty, timeoutNanoseconds > 0 {
            clock.sleep(wake, seen, timeoutNanoseconds)
        }
        state.withLock { state in
            state.isWriterAsleep = false
            state.isPoked = false
            swap(&state.requests, &requests)
        }
    }

    /// From now on nothing is taken. Answers what was left.
    func close(_ failure: any Error) -> [WriteRequest] {
        state.withLock { state in
            state.failure = failure
            defer { state.requests = [] }
            return state.requests
        }
    }
}
