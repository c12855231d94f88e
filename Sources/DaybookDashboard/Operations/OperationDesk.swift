// Operations, and checks of the log, are jobs that wait in a queue of their own until a dashboard, or `daybook
// operations`, comes for them. A dashboard comes when it opens, when one is made here, and when somebody looks at them,
// so that what another process left undone goes on.

internal import Daybook
internal import Synchronization

final class OperationDesk: Sendable {
    private struct State {
        var work: Task<Void, Never>?
        var isWanted = false
        var isStopped = false
    }

    private let hasSome: @Sendable () throws -> Bool
    private let perform: @Sendable () async throws -> Void
    private let state = Mutex(State())

    static func operations(_ engine: JobEngine) -> OperationDesk {
        OperationDesk({ try engine.hasOperations() }, { try await engine.performOperations() })
    }

    static func checks(_ engine: JobEngine) -> OperationDesk {
        OperationDesk({ try engine.hasLogChecks() }, { try await engine.performLogChecks() })
    }

    private init(
        _ hasSome: @escaping @Sendable () throws -> Bool, _ perform: @escaping @Sendable () async throws -> Void
    ) {
        (self.hasSome, self.perform) = (hasSome, perform)
    }

    /// Has those done that are ready, if somebody is not at it already.
    func look() {
        state.withLock { state in
            state.isWanted = true
            guard state.work == nil, !state.isStopped else { return }
            state.work = Task(executorPreference: AnswerThreads.shared) { [weak self] in  // tidy: ends with it
                await self?.work()
            }
        }
    }

    private func work() async {
        while takeWish() {
            guard (try? hasSome()) == true else { continue }
            try? await perform()
        }
    }

    private func takeWish() -> Bool {
        state.withLock { state in
            defer { state.isWanted = false }
            if !state.isWanted || state.isStopped { state.work = nil }
            return state.work != nil
        }
    }

    func stop() {
        let work = state.withLock { state in
            state.isStopped = true
            return state.work
        }
        work?.cancel()
    }
}
