internal import DaybookLog
internal import DaybookModel
internal import Synchronization

/// One run of a job in this process, from its start to its end.
final class StartedRun: Sendable {
    let job: OpenedJob
    /// When it has taken too long, on the monotonic clock; nil if it may take as long as it likes.
    let deadlineNanoseconds: UInt64?
    /// Where it is written down for the case that this process dies; nil if there was no place.
    let place: Int?
    private let presence: (any ProcessSigns)?
    private let task: Mutex<TaskReference?>
    private let cancelled = Atomic<Bool>(false)

    init(
        _ job: OpenedJob, _ task: TaskReference?, place: Int?, deadlineNanoseconds: UInt64?,
        presence: (any ProcessSigns)?
    ) {
        self.job = job
        self.task = Mutex(task)
        self.place = place
        self.deadlineNanoseconds = deadlineNanoseconds
        self.presence = presence
        if let place { presence?.setStarted(job.claimed.token, place: place) }
    }

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    /// Asks the run to end early.
    func cancel() {
        cancelled.store(true, ordering: .releasing)
        task.withLock { $0?.task.cancel() }
    }

    /// Asks the run to end because the process does. Its job is still its own.
    func giveUp() {
        task.withLock { $0?.task.cancel() }
    }

    func setChildGroup(_ group: Int32) {
        guard let place else { return }
        presence?.setGroup(group, leaderStart: group == 0 ? 0 : ProcessGroup.startTicks(of: group) ?? 0, place: place)
    }

    /// Its handler has returned. From here on there is nothing to cancel.
    func end() {
        task.withLock { $0 = nil }
        if let place { presence?.setStarted(0, place: place) }
    }
}

/// A worker's task, to be cancelled from elsewhere.
///
/// Unchecked because cancelling is what other tasks may do with it, and `StartedRun` forgets it, under its lock, before
/// the scope ends in which it is valid.
struct TaskReference: @unchecked Sendable {
    let task: UnsafeCurrentTask
}
