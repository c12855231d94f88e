// Verifies a whole log while others go on writing it.
//
// The log is append-only, so what was its last event when the verification began stays the end of an unchanging prefix.
// In the snapshot that says so the rows of the ledgers are summed; the log itself is then read in short snapshots, a
// stretch at a time. One thread folds the events into ledgers of its own and compares every commit's digest; the others
// take stretches of 65,536 events and check order, checksums, fields and chain, each beginning from the stored nodes of
// the history tree, which the stretches before it prove.
//
// If that first pass is spotless the log is whole, and nothing more is needed. If not, the log is read once more from
// its first event, one event after the other, to tell what is wrong where: beginning a stretch from stored nodes is
// sound only while none of them is wrong. Ledgers whose digests differ are folded again with all their rows kept, and
// compared row by row.

internal import DaybookModel

internal import CDaybookPlatform

package struct LogVerifier: Sendable {
    package struct Options: Sendable {
        /// Threads, the caller's included. With one, everything happens in a fixed order.
        package var workers = WorkerThreads.processorCount
        package var findingsMax = 100
        /// How many events are read between one word about progress and the next.
        package var eventsBetweenProgress = 65_536
        /// Whether the events are folded into ledgers to compare. Without it only the log itself is checked.
        package var checksLedgers = true
        package var foldLimits = FoldLedgers.Limits()
        package var acknowledgements: [Acknowledgement] = []
        /// Whether archives are read too, from event 1 on. Else the verification begins where they end.
        package var includesArchives = false
        /// The log has to go on from each of them.
        package var checkpoints: [LogCheckpoint] = []
        /// Asked between stretches; a verification that was stopped cannot tell.
        package var isStopped: @Sendable () -> Bool = { false }

        package init() {}
    }

    let storage: any LogStorage
    let options: Options
    let progress: @Sendable (ReadProgress) -> Void

    /// `progress` is called on any of the threads, before each stretch is read.
    package init(
        _ storage: any LogStorage, _ options: Options = Options(),
        progress: @escaping @Sendable (ReadProgress) -> Void = { _ in }
    ) {
        self.storage = storage
        self.options = options
        self.progress = progress
    }

    /// Ledgers that another release made say nothing about this one's rules.
    var checksLedgers: Bool {
        options.checksLedgers && (storage.stored as? LMDBStorage)?.ledgersProblem == nil
    }

    /// Never throws and never traps on what is stored; what goes wrong on the way is in the report.
    package func verify() -> VerifyReport {
        let started = daybook_monotonic_nanoseconds()
        var draft = VerifyDraft(findingsMax: options.findingsMax)
        progress(ReadProgress(.opening, at: 0, of: 0))
        do {
            try verify(&draft)
        } catch {
            draft.note(ReadProblem(error, while: .opening))
        }
        var report = draft.report
        report.elapsedNanoseconds = daybook_monotonic_nanoseconds() - started
        return report
    }

    private func verify(_ draft: inout VerifyDraft) throws {
        draft.start = try checkArchives(&draft)
        let (pass, ledgers) = try firstPass(&draft)
        draft.jobs = ledgers?.jobs
        guard draft.last > 0 else {
            if !options.checkpoints.isEmpty {
                draft.findings.add("The log is empty; the checkpoint says that it was not.", at: nil, .witness)
            }
            return
        }
        guard !options.isStopped() else { return draft.doubts.add("The verification was stopped.") }
        var probed = pass.probed
        draft.tally = pass.tally
        if !pass.isSpotless {
            let scan = carefulScan(through: draft.last, &draft)
            draft.tally = scan.tally
            probed = scan.probed
        }
        for problem in pass.problems { draft.note(problem) }
        StoreShape(storage)?.check(&draft)
        judgeLedgers(pass.fold, ledgers, &draft)
        checkAcknowledgements(&draft)
        checkCheckpoints(probed, &draft)
    }

    /// Small logs are read sooner than a thread is started.
    private static let eventsWorthAThread: UInt64 = 20_000

    private func firstPass(_ draft: inout VerifyDraft) throws -> (VerifyPass.Result, LedgerSum?) {
        let (pass, threads, ledgers) = try storage.read { log -> (VerifyPass, WorkerThreads, LedgerSum?) in
            let last = try log.last
            draft.last = last
            draft.head = (try? log.seal(endingAt: last))?.head
            let pass = VerifyPass(self, after: draft.start, last: last)
            let threads = WorkerThreads(last - draft.start < LogVerifier.eventsWorthAThread ? 0 : options.workers - 1) {
                pass.work()
            }
            guard checksLedgers else { return (pass, threads, nil) }
            do {
                let rows = UInt64(options.eventsBetweenProgress)
                return (pass, threads, try LedgerSum(of: log, at: last, rowsBetweenProgress: rows, progress))
            } catch {
                draft.note(ReadProblem(error, while: .ledgers))
                return (pass, threads, nil)
            }
        }
        pass.work()
        threads.join()
        return (pass.result, ledgers)
    }

    /// Reads all events again, in order, for what is wrong where.
    private func carefulScan(through last: SequenceNumber, _ draft: inout VerifyDraft) -> LogScan {
        let scan: LogScan
        do {
            scan = try storage.read {
                try LogScan(
                    after: draft.start, of: $0, findingsMax: options.findingsMax,
                    probe: options.newestCheckpoint?.sequence)
            }
        } catch {
            draft.note(ReadProblem(error, while: .events))
            return LogScan(findingsMax: options.findingsMax, probe: nil)
        }
        var step: UInt64 = 1
        var hasMore = true
        var hasToldOfNodes = false
        func tellOfNodes() -> Bool {
            guard !hasToldOfNodes, let problem = scan.nodesProblem else { return false }
            hasToldOfNodes = true
            draft.note(ReadProblem(nodes: problem))
            return true
        }
        while hasMore {
            let start = scan.next
            progress(ReadProgress(.events, at: start, of: last))
            do {
                hasMore = try storage.read { try scan.read($0, through: last, atMost: options.eventsBetweenProgress) }
                step = 1
            } catch {
                // What failed after a bad page of the tree can be read in another snapshot, which leaves the tree
                // alone.
                guard !tellOfNodes() else {
                    hasMore = scan.next <= last
                    continue
                }
                // A page is damaged. What lies behind it can still be read: look for it in growing steps.
                step = scan.next == start ? min(step * 2, 4096) : 1
                let unread = scan.next...min(scan.next + step - 1, last)
                draft.note(ReadProblem(error, while: .events, at: unread))
                scan.passUnread(through: unread.upperBound)
                hasMore = unread.upperBound < last
            }
        }
        _ = tellOfNodes()
        scan.finish(at: last)
        draft.findings.add(scan.findings)
        return scan
    }
}
