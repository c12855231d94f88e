internal import DaybookLog
public import DaybookModel
internal import Synchronization

/// A backup that was made.
public struct StoreBackup: Sendable, Equatable {
    /// The last event in it.
    public let last: SequenceNumber
    /// How many jobs it knows of.
    public let jobs: Int
    /// How large its file is.
    public let byteCount: Int
    /// What is wrong with archives that it lacks, a sentence for each.
    public let archivesLeftOut: [String]
}

extension JobEngine {
    /// Copies the whole store to `destination`, a folder that is not there yet or empty, while everything goes on. The
    /// copy is a complete store, as of one commit, and is verified before it gets its name.
    ///
    ///     let backup = try await engine.backUp(to: "/mnt/backups/monday")
    ///
    /// It works on a thread of its own and rests while others write, so that they keep at least half of what they have.
    /// Cancelling the task ends it; whatever ends it early leaves nothing behind.
    ///
    /// Archives of the log are copied, and held against what was archived. One that is missing or damaged ends the
    /// backup, unless you say that it may do without.
    ///
    /// The keys of an encrypted store are left out, so that nobody can read the copy without them. With `withKeys` they
    /// lie in it, open to whoever has it: keep such a copy like the keys themselves.
    public func backUp(
        to destination: String, withKeys: Bool = false, allowingMissingArchives: Bool = false
    ) async throws -> StoreBackup {
        guard let folder else {
            throw LogError(.unusable, "This engine's store is not in a folder; there is nothing to copy.")
        }
        let flag = StopFlag()
        let control = CopyControl(isStopped: { flag.isSet })
        var thread: WorkerThreads?
        defer { thread?.join() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let started = WorkerThreads(1) {
                    let result = Result {
                        try folder.backUp(
                            to: destination, withKeys: withKeys, mayLackArchives: allowingMissingArchives, control)
                    }
                    continuation.resume(with: result.map(StoreBackup.init).mapError { flag.reason ?? $0 })
                }
                thread = started
                guard started.count == 0 else { return }
                continuation.resume(throwing: LogError(.unusable, "No thread is to be had for the backup; try again."))
            }
        } onCancel: {
            flag.set()
        }
    }
}

extension StoreBackup {
    fileprivate init(_ summary: CopySummary) {
        self.init(
            last: summary.last, jobs: Int(clamping: summary.jobs), byteCount: summary.byteCount,
            archivesLeftOut: summary.archivesLeftOut)
    }
}

private final class StopFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }
    /// What a task that was cancelled throws.
    var reason: (any Error)? { isSet ? CancellationError() : nil }
    func set() { flag.store(true, ordering: .relaxed) }
}
