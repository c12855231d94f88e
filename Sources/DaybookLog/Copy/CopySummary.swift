package import DaybookModel

internal import DaybookLMDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A store that was copied whole, and found whole afterwards.
package struct CopySummary: Equatable, Sendable {
    package let identity: [UInt8]
    /// The last event in it, and the head of the log there.
    package let last: SequenceNumber
    package let head: Hash
    /// In the ledgers.
    package let jobs: UInt64
    /// Events that were missing already.
    package let gaps: UInt64
    package let byteCount: Int
    /// What is wrong with archives that the copy lacks.
    package let archivesLeftOut: [String]
}

/// Looks at what was copied before anybody relies on it.
struct CopyCheck {
    let control: CopyControl
    let pace: CopyPace

    /// The report on the log and the ledgers in `storage`; throws if they are not whole.
    func verify(_ storage: LMDBStorage) throws -> VerifyReport {
        var options = LogVerifier.Options()
        // The other processors are for those who work on the store meanwhile.
        options.workers = 1
        options.isStopped = control.isStopped
        let report = LogVerifier(storage, options) { [control, pace] progress in
            control.progress(
                CopyProgress(
                    phase: .verifying, reading: progress.phase, position: progress.position, total: progress.total))
            pace.rest()
        }.verify()
        try control.requireGoingOn()
        guard report.verdict != .damaged else {
            let first = report.findings.first
            throw LogError(
                .damaged,
                """
                The copy is damaged, and so most likely is what it was made of (\(first?.sentence ?? "")). Run \
                `daybook log verify`; see `daybook recover`.
                """, at: first?.sequence)
        }
        if let doubt = report.doubts.first {
            throw LogError(.unusable, "The copy cannot be vouched for: \(doubt.sentence)", at: doubt.sequence)
        }
        return report
    }
}

extension LogError {
    /// Something went wrong while a copy was written to `path`, which nobody relies on yet: whether a commit of it is
    /// there or not does not matter, and that the disk is full does. To be asked before anything is cleared away.
    init(copying error: any Error, to path: String, doing action: String) {
        let isDone = (error as? LogError).map { $0.code != .unknownOutcome } ?? !(error is LMDBError)
        if !isDone, let shortage = DiskSpace.shortage(of: path) {
            self.init(errno: shortage.code, doing: action)
        } else if (error as? LogError)?.code == .unknownOutcome {
            self.init(.unusable, "Cannot \(action): writing to \(path) failed. See to its disk and try again.")
        } else {
            self.init(error, doing: action)
        }
    }
}

extension CopySummary {
    init(_ report: VerifyReport, identity: [UInt8], byteCount: Int, archivesLeftOut: [String] = []) {
        self.identity = identity
        last = report.last
        head = report.head ?? .zero
        jobs = report.jobCount
        gaps = report.tally.gaps
        self.byteCount = byteCount
        self.archivesLeftOut = archivesLeftOut
    }
}
