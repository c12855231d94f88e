internal import DaybookLog
internal import DaybookModel

extension JobEngine {
    /// Performs what `command` makes of the jobs. Jobs may wait for others that have left the ledgers: how those ended
    /// is then looked up in the log, and the command is given again with it.
    func performEnqueue(_ jobs: [Box<Created>], _ command: ([Box<Created>]) -> Command) async throws -> Answer {
        let answer = try await performUnlessCancelled(command(jobs))
        guard case .refused(let refusal) = answer, refusal.code == .noSuchParent else { return answer }
        guard let found = try jobs.withEndsOfDeleted(in: storage) else { return answer }
        return try await perform(command(found))
    }
}
