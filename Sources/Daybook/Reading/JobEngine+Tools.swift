package import DaybookLog
internal import DaybookModel

/// What tools that come with Daybook show beyond what programs ask for.
extension JobEngine {
    /// The processes that have the store open, or died with it open, but this one.
    package func otherProcesses() throws -> [FoundPresence] { try folder?.others() ?? [] }

    /// Walks over its jobs.
    package func walk(_ filter: JobFilter) -> JobWalk { JobWalk(storage, filter) }

    /// Waits for the next commit of any process; false if the engine was closed.
    package func waitForChange() async throws -> Bool { try await watch.ticketForAnything().wait() }

    /// Whether some process has the store open that could run a job.
    package func isServed() throws -> Bool { try isServing || !othersAlive().isEmpty }

    /// Which processes have the store open, and which of them could run a job.
    package func processesInSight() throws -> ProcessesInSight {
        let others = Set(try othersAlive())
        return .seen(alive: others.union([process]), serving: isServing ? others.union([process]) : others)
    }

    /// Whether jobs are run in this process, or elsewhere in its name.
    private var isServing: Bool { isWorking || elsewhere.areThere(at: clock.now()) }

    private func othersAlive() throws -> [SequenceNumber] {
        try otherProcesses().filter(\.isAlive).compactMap { $0.facts?.event }.filter { $0 > 0 }
    }
}
