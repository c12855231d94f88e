// Waking a caller costs the writer as much as deciding what it asked for: a push to Swift's pool, and a system call
// where a thread of the pool sleeps. A turn that answers many leaves that to a thread of its own and goes on with
// the next turn. Few answers are given at once, because handing them over would make the caller of a quiet engine
// wait longer.

internal import DaybookLog
internal import DaybookModel

/// Gives the writer's answers to those who wait for them.
///
/// Unchecked because the monitor, not the compiler, keeps the list to one thread at a time.
final class AnswerThread: @unchecked Sendable {
    private struct Turn {
        let requests: [WriteRequest]
        let answers: [Answer]

        func give() {
            // Where they lie: a look at one of the list would hold on to all of it.
            requests.withUnsafeBufferPointer { requests in
                for index in requests.indices { requests[index].reply?.resume(returning: answers[index]) }
            }
        }
    }

    private let monitor = Monitor()
    // Only with the monitor's lock.
    private var turns: [Turn] = []
    private var isStopping = false
    // Only on the writer's thread.
    private var thread: WorkerThreads?
    private let mayHaveThread: Bool

    /// Fewer answers than this are given by the writer itself.
    static let manyAnswers = 48

    /// Without a thread all answers are given by whoever calls.
    init(mayHaveThread: Bool = true) {
        self.mayHaveThread = mayHaveThread
    }

    /// Answers each request with what stands at the same place in the other list.
    func give(_ requests: [WriteRequest], _ answers: [Answer]) {
        let turn = Turn(requests: requests, answers: answers)
        guard answers.count >= AnswerThread.manyAnswers, hasThread() else { return turn.give() }
        monitor.lock()
        turns.append(turn)
        monitor.announceChange()
        monitor.unlock()
    }

    /// Returns when everything has been answered.
    func stop() {
        monitor.lock()
        isStopping = true
        monitor.announceChange()
        monitor.unlock()
        thread?.join()
    }

    private func hasThread() -> Bool {
        guard mayHaveThread else { return false }
        if thread == nil { thread = WorkerThreads(1) { [self] in run() } }
        return thread?.count == 1
    }

    private func run() {
        var taken: [Turn] = []
        while true {
            taken.removeAll(keepingCapacity: true)
            monitor.lock()
            while turns.isEmpty, !isStopping { monitor.wait() }
            swap(&turns, &taken)
            monitor.unlock()
            guard !taken.isEmpty else { return }
            for turn in taken { turn.give() }
        }
    }
}
