// Somebody who looks at a store from afar wants to know that its log is whole, and who has made sure of it. A check is
// a job: it stands in the log with whoever asked for it and with what it found, goes on in another process if this one
// dies, and shows its progress. It is told of by whoever does it, so it proves what it says to those who trust that
// process; who does not, runs `daybook log verify` himself.

package import DaybookLog
package import DaybookModel

/// What a check of the log has found.
package struct LogCheck: Codable, Equatable, Sendable {
    package struct Finding: Codable, Equatable, Sendable {
        package let event: SequenceNumber?
        package let sentence: String
    }

    package static let jobName = "daybook.verify"
    package static let queue = QueueRecord.reservedPrefix + "checks"
    private static let findingsMax = 20

    package let verdict: String
    /// Events behind this one were read, up to and with `last`.
    package let start: SequenceNumber
    package let last: SequenceNumber
    package let head: String?
    package let events: UInt64
    package let commits: UInt64
    package let findings: [Finding]
    package let findingsLeftOut: Int

    init(_ report: VerifyReport) {
        verdict = report.verdict.rawValue
        (start, last, head) = (report.start, report.last, report.head?.hex)
        (events, commits) = (report.tally.events, report.tally.commits)
        let all = report.findings + report.doubts
        findings = all.prefix(LogCheck.findingsMax).map { Finding(event: $0.sequence, sentence: $0.sentence) }
        findingsLeftOut = report.findingsLeftOut + max(0, all.count - LogCheck.findingsMax)
    }
}

/// A check and how it stands.
package struct LogCheckStatus: Sendable {
    package let job: JobSummary
    package let actor: Actor
    /// Nil until it has ended well.
    package let found: LogCheck?
    package let progress: Progressed?
}

extension LogStorage {
    /// Nil for what is no check.
    package func logCheck(_ id: SequenceNumber) throws -> LogCheckStatus? {
        guard let job = try job(JobID(rawValue: id)), job.queue == LogCheck.queue, job.name == LogCheck.jobName else {
            return nil
        }
        var (found, progress): (LogCheck?, Progressed?)
        for (_, event) in try newestEvents(of: id, limit: 16) {
            switch event.body {
            case .progressed(let progressed): progress = progressed.value
            case .succeeded(let success): found = try? JobOutputCoding<LogCheck>.json.decode(success.result)
            default: break
            }
        }
        let actor = try read { try $0.event(id) { try Event($0, at: id).actor } }
        return LogCheckStatus(job: job, actor: actor ?? .system, found: found, progress: progress)
    }
}

extension JobEngine {
    /// Asks for a check of the whole log. While one is under way, that one is meant.
    package func startLogCheck(by person: String?) async throws -> SequenceNumber {
        let request = JobRequest(
            LogCheck.jobName, arguments: [], [.queue(LogCheck.queue), .key(LogCheck.jobName), .attempts(3)])
        return try await enqueue([request], by: person)[0].job.rawValue
    }

    package func hasLogChecks() throws -> Bool {
        try queues().contains { $0.name == LogCheck.queue && ($0[.enqueued] > 0 || $0[.scheduled] > 0) }
    }

    /// Does the checks that somebody has asked for, until none is ready.
    package func performLogChecks() async throws {
        var runs = Runnable()
        runs.add(LogCheck.jobName, Runnable.anyVersion)
        while !Task.isCancelled, readiness != .stopping {
            let found = try await claimForOthers(upTo: 1, of: [LogCheck.queue], runs: runs, by: nil, waiting: .zero)
            guard let run = found.first else { return }
            await perform(run)
        }
    }

    private func perform(_ run: RemoteRun) async {
        let start = clock.monotonicNanoseconds()
        let isCancelled = CheckStop()
        var options = LogVerifier.Options()
        options.workers = 1
        // The ledgers would be made a second time in memory; `daybook log verify` does that.
        options.checksLedgers = false
        options.isStopped = { isCancelled.isSet || (try? run.isInForce()) != true }
        let verifier = LogVerifier(environment.storage, options) { progress in
            guard progress.phase == .events, progress.total > 0 else { return }
            run.progress(
                min(1, Double(progress.position) / Double(progress.total)),
                "event \(progress.position) of \(progress.total)")
        }
        let report = await withTaskCancellationHandler {
            await verifier.verifyOnThread()
        } onCancel: {
            isCancelled.set()
        }
        // Somebody cancelled it, or this process ends and another goes on.
        guard !isCancelled.isSet, (try? run.isInForce()) == true else { return }
        let ran = (clock.monotonicNanoseconds() - start) / 1_000
        do {
            _ = try await run.succeed(try JSON.encode(LogCheck(report)), ranMicroseconds: ran)
        } catch {
            _ = try? await run.fail(
                String(describing: type(of: error)), String(describing: error), ranMicroseconds: ran, isFinal: false)
        }
    }
}
