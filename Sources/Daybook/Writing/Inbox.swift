internal import DaybookLog
internal import DaybookModel
internal import Synchronization

/// A command on its way to the writer, and who waits for its answer.
struct WriteRequest: Sendable {
    let command: Command
    let reply: UnsafeContinuation<Answer, any Error>?
    /// Whether somebody waits for one job to be enqueued.
    var isOneJob: Bool {
        if case .enqueue = command { reply != nil } else { false }
    }

    // Known before the writer sees it, because his time is everybody's.

    /// What it may add to the log.
    let eventBytesMax: Int
    /// Whether it may end a claim that this process holds.
    let mayTakeClaim: Bool
    /// Whether it may ask this process for something.
    let asksProcess: Bool

    init(command: Command, reply: UnsafeContinuation<Answer, any Error>?) {
        self.command = command
        self.reply = reply
        eventBytesMax = command.eventBytesMax
        mayTakeClaim = command.mayTakeClaim
        asksProcess = command.asksProcess
    }
}

/// Asked of them where they lie: a look at one of the list would hold on to all of it.
extension [WriteRequest] {
    var eventBytesMax: Int {
        withUnsafeBufferPointer { requests in requests.indices.reduce(0) { $0 + requests[$1].eventBytesMax } }
    }

    /// Where a turn that begins with `start` ends: commands with much to write fill it sooner.
    func endOfTurn(from start: Int, commandsMax: Int, bytesMax: Int) -> Int {
        withUnsafeBufferPointer { requests in
            let last = Swift.min(start + commandsMax, requests.count)
            var end = start
            var byteCount = 0
            while end < last {
                byteCount += requests[end].eventBytesMax
                guard end == start || byteCount <= bytesMax else { break }
                end += 1
            }
            return end
        }
    }

    var mayTakeClaim: Bool {
        withUnsafeBufferPointer { requests in requests.indices.contains { requests[$0].mayTakeClaim } }
    }

    var asksProcess: Bool {
        withUnsafeBufferPointer { requests in requests.indices.contains { requests[$0].asksProcess } }
    }
}

/// What callers leave for the writer to find: two lists, one being filled while the other is worked off.
final class Inbox: Sendable {
    private struct State {
        var requests: [WriteRequest] = []
        var isWriterAsleep = false
        var isPoked = false
        var failure: (any Error)?

        /// Whether the bell has to be rung for what has just been left. Once is enough.
        mutating func mustWake() -> Bool {
            defer { isWriterAsleep = false }
            return isWriterAsleep
        }
    }

    private let state = Mutex(State())
    private let waiting = Atomic(0)
    private let bell: any CommitBell
    private let clock: EngineClock

    init(bell: any CommitBell, clock: EngineClock) {
        self.bell = bell
        self.clock = clock
    }

    /// How many commands wait to be taken.
    var count: Int { waiting.load(ordering: .relaxed) }

    /// Hands a command over. Throws what the engine died of, if it has.
    func submit(_ request: WriteRequest) throws {
        let mustWake = try state.withLock { state in
            if let failure = state.failure { throw failure }
            state.requests.append(request)
            waiting.store(state.requests.count, ordering: .relaxed)
            return state.mustWake()
        }
        // The writer sleeps on the page that commits are announced on, so that one wait covers its own callers and
        // other processes.
        if mustWake { bell.callWriter() }
    }

    /// Lets the writer look around although there is no command.
    func poke() {
        let mustWake = state.withLock { state in
            state.isPoked = true
            return state.mustWake()
        }
        if mustWake { bell.callWriter() }
    }

    /// Waits until there is something to do, another process has committed, or the time is up.
    func wait(timeoutNanoseconds: UInt64) {
        guard timeoutNanoseconds > 0 else { return }
        let seen = bell.commits
        if fallAsleep() { clock.sleep(bell, seen, timeoutNanoseconds) }
    }

    /// From now on whoever leaves something rings the bell. False if there is something to do already.
    func fallAsleep() -> Bool {
        state.withLock { state in
            state.isWriterAsleep = state.requests.isEmpty && !state.isPoked
            return state.isWriterAsleep
        }
    }

    /// Takes what is there.
    func take(into requests: inout [WriteRequest]) {
        requests.removeAll(keepingCapacity: true)
        state.withLock { state in
            state.isWriterAsleep = false
            state.isPoked = false
            waiting.store(0, ordering: .relaxed)
            swap(&state.requests, &requests)
        }
    }

    /// Takes what has come since, if it is so little, for a turn that has begun.
    func takeMore(atMost count: Int, eventBytesMax: Int) -> [WriteRequest] {
        state.withLock { state in
            guard !state.requests.isEmpty, state.requests.count <= count,
                state.requests.eventBytesMax <= eventBytesMax
            else { return [] }
            waiting.store(0, ordering: .relaxed)
            defer { state.requests = [] }
            return state.requests
        }
    }

    /// Puts back what was taken in vain, before what has come since.
    func putBack(_ requests: [WriteRequest]) {
        state.withLock { state in
            state.requests = requests + state.requests
            waiting.store(state.requests.count, ordering: .relaxed)
        }
    }

    /// From now on nothing is taken; the first reason given is what callers are told. Answers what was left.
    func close(_ failure: any Error) -> [WriteRequest] {
        state.withLock { state in
            state.failure = state.failure ?? failure
            defer { state.requests = [] }
            return state.requests
        }
    }
}
