public import DaybookModel

/// What a run knows about itself.
public struct JobContext: Sendable {
    /// The job that runs.
    public let id: JobID
    /// What the job is called in the log.
    public let name: String
    /// The queue it waited in.
    public let queue: String
    /// Which run this is, from 1.
    public let attempt: Int
    /// The claim that this run holds; whatever it does elsewhere can be fenced with it.
    public let token: SequenceNumber
    /// What it was tagged with.
    public let tags: [String]
    /// Whose job it is, if that was said.
    public let tenant: String?

    /// Keeps what the run came to, as JSON or any other bytes; it is recorded with the success.
    public func setResult(_ bytes: [UInt8]) {
        result.set(bytes)
    }

    /// Whether the run should end early: somebody cancelled the job, it took longer than its timeout, this process lost
    /// it to another, or is stopping. Whatever it still comes to is recorded and does not count.
    public var isCancelled: Bool { Task.isCancelled || run.isCancelled }

    /// Writes down which processes work for this run, so that they do not outlive this process; 0 for none any more.
    package func setChildGroup(_ group: Int32) { run.setChildGroup(group) }

    let run: StartedRun
    let result: ResultBox
    let clock: EngineClock
}

import Synchronization

/// Where a run leaves its result until it has succeeded.
final class ResultBox: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    func set(_ value: [UInt8]) { bytes.withLock { $0 = value } }
    func take() -> [UInt8] { bytes.withLock { $0 } }
}
