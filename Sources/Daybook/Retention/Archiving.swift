internal import DaybookLog
public import DaybookModel
internal import Synchronization

/// A part of the log that was moved to a file.
public struct LogArchive: Sendable, Hashable {
    /// Whether the file is where it was put.
    public enum State: String, Sendable {
        case there, missing, damaged
    }

    /// Its first event.
    public let first: SequenceNumber
    /// Its last event.
    public let last: SequenceNumber
    /// The file's name, in the folder `archive` of the store.
    public let file: String
    /// Nil if the file is not there.
    public let byteCount: Int?
    /// Whether the file is there. Whether it is what was archived, byte for byte, `daybook log verify --full` says.
    public let state: State
}

/// Up to where the log is archived.
public enum ArchivePoint: Sendable, Hashable {
    /// Everything before this event.
    case event(SequenceNumber)
    /// Everything before the first event that is so late or later.
    case time(Instant)
}

extension JobEngine {
    /// Moves the beginning of the log to a compressed file in the folder `archive` of the store, while everything goes
    /// on. Nil if there is nothing before that point that is not archived yet.
    ///
    ///     try await engine.archive(before: .event(1_000_000))
    ///
    /// Jobs that are not finished, or still kept, are carried on in the log. It works on a thread of its own, in short
    /// steps between which others write; ended anywhere, it leaves a store that is whole, and the next call goes on.
    @discardableResult
    public func archive(before point: ArchivePoint) async throws -> LogArchive? {
        guard let folder else {
            throw LogError(.unusable, "This engine's store is not in a folder; there is nowhere to put an archive.")
        }
        let flag = ArchivingFlag()
        let bound: ArchiveBound =
            switch point {
            case .event(let event): .sequence(event)
            case .time(let time): .instant(time)
            }
        var thread: WorkerThreads?
        defer { thread?.join() }
        let summary = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let started = WorkerThreads(1) { [clock, process] in
                    continuation.resume(
                        with: Result {
                            try folder.archive(
                                before: bound, by: .process(process), now: { clock.now() },
                                CopyControl(isStopped: { flag.isSet }))
                        })
                }
                thread = started
                guard started.count == 0 else { return }
                continuation.resume(throwing: LogError(.unusable, "No thread is to be had for archiving; try again."))
            }
        } onCancel: {
            flag.set()
        }
        guard let summary else { return nil }
        return try archives().first { $0.last == summary.record.last }
    }

    /// Every archive that there ever was of this log, the oldest first.
    public func archives() throws -> [LogArchive] {
        guard let folder else { return [] }
        return try folder.archives().map { archive in
            LogArchive(
                first: archive.record.first, last: archive.record.last, file: archive.name,
                byteCount: archive.byteCount, state: LogArchive.State(rawValue: archive.state.rawValue) ?? .damaged)
        }
    }
}

private final class ArchivingFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
}
