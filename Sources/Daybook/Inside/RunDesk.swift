// What all runs of an engine share to be heard. A run that has something to say puts its name on the desk; about a
// second later the writer comes by and takes from everyone on it, so that a thousand runs that talk all the time cost
// one commit a second. Whoever has said so much that it fills an event is asked at once. The writer takes a bounded
// amount in a turn and comes back for the rest, so that nobody's flood delays what others have to say.

internal import DaybookLog
internal import DaybookModel
internal import Synchronization

final class RunDesk: Sendable {
    private struct State {
        var waiting: [RunNotes] = []
        var deadline: UInt64?
    }

    private let state = Mutex(State())
    private let storage: any LogStorage
    private let inbox: Inbox
    let clock: EngineClock
    let random: RandomNumbers
    let limits: PayloadLimits
    /// What registered types say of jobs that a run makes by name.
    let types: [String: RegisteredType]

    static let intervalNanoseconds: UInt64 = 1_000_000_000
    /// What the writer takes of log lines in one turn.
    static let turnBytesMax = 512 << 10

    init(
        _ storage: any LogStorage, inbox: Inbox, clock: EngineClock, random: RandomNumbers, limits: PayloadLimits,
        types: [String: RegisteredType]
    ) {
        self.storage = storage
        self.inbox = inbox
        self.clock = clock
        self.random = random
        self.limits = limits
        self.types = types
    }

    // MARK: The runs' side

    /// The run has something to say, and is not on the desk yet.
    func add(_ notes: RunNotes) {
        let now = clock.monotonicNanoseconds()
        let isFirst = state.withLock { state in
            state.waiting.append(notes)
            guard state.deadline == nil else { return false }
            state.deadline = now + RunDesk.intervalNanoseconds
            return true
        }
        if isFirst { inbox.poke() }
    }

    /// The writer is to come now.
    func hurry() {
        let now = clock.monotonicNanoseconds()
        state.withLock { $0.deadline = now }
        inbox.poke()
    }

    func perform(_ command: Command) async throws -> Answer {
        try await withUnsafeThrowingContinuation { continuation in
            do {
                try inbox.submit(WriteRequest(command: command, reply: continuation))
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R { try storage.read(body) }

    // MARK: The writer's side

    /// What is to be written now.
    func takeDue(nowNanoseconds now: UInt64) -> [WriteRequest] {
        let waiting = state.withLock { state -> [RunNotes] in
            guard let deadline = state.deadline, deadline <= now else { return [] }
            state.deadline = nil
            defer { state.waiting = [] }
            return state.waiting
        }
        guard !waiting.isEmpty else { return [] }
        var requests: [WriteRequest] = []
        var bytes = 0
        var left: [RunNotes] = []
        for notes in waiting {
            guard bytes < RunDesk.turnBytesMax else {
                left.append(notes)
                continue
            }
            let (note, hasMore) = notes.take()
            if let note {
                let request = WriteRequest(command: .note(Box(note)), reply: nil)
                bytes += request.eventBytesMax
                requests.append(request)
            }
            if hasMore { left.append(notes) }
        }
        if !left.isEmpty { comeBack(for: left, now) }
        return requests
    }

    /// Behind the others, so that everyone gets a turn.
    private func comeBack(for left: [RunNotes], _ now: UInt64) {
        state.withLock { state in
            state.waiting += left
            state.deadline = now
        }
    }

    var nextDeadlineNanoseconds: UInt64? { state.withLock { $0.deadline } }
}
