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
    package func isServed() throws -> Bool {
        try isWorking || otherProcesses().contains { $0.isAlive && $0.facts?.event ?? 0 > 0 }
    }
}
