internal import DaybookLog
internal import DaybookModel

/// What must be true when all faults have stopped and nothing is left to do.
extension Oracle {
    func judgeEnds() {
        let now = world.time.now
        for (number, job) in jobs.enumerated() {
            guard let job, !job.isFinished, !job.isPurged else { continue }
            let last = job.last
            switch job.state {
            case .scheduled:
                guard let due = job.due, due <= now else {
                    note(.finished, last, "job \(number) is still scheduled")
                    continue
                }
                note(job.waitsForRetry ? .retries : .timers, last, "job \(number) was due at \(due) and is not ready")
            case .enqueued where pausedQueues.contains(job.queue): break
            case .awaiting where job.conditions.contains(where: { $0.standing == .open }): break
            default:
                let why = try? world.memory.read { log in
                    try JobExplanation(of: SequenceNumber(number), in: log) { .unknown }.sentence
                }
                note(.finished, last, "job \(number) is left \(job.state.name): \(why ?? "nobody knows why")")
            }
        }
    }

    /// Whoever waits for something knows how it stands, and every batch of which all has ended has ended itself.
    func judgeWaiting() {
        for (number, job) in jobs.enumerated() {
            guard let job, !job.isPurged, !job.conditions.isEmpty else { continue }
            for condition in job.conditions {
                let promise = promise(about: condition.parent)
                let state = end(of: condition.parent)
                guard condition.standing != .met, condition.standing != condition.standing(after: state) else {
                    continue
                }
                let what = state.map { "is \($0.name)" } ?? "goes on"
                note(promise, job.last, "job \(number) was never told that \(condition.parent) \(what)")
            }
        }
        for (number, batch) in batches.sorted(by: { $0.key < $1.key }) {
            if batch.isSealed, batch.unfinished == 0, batch.ended == nil {
                note(.callbacks, number, "batch \(number) has not ended, and all its jobs have")
            } else if batch.unfinished > 0, batch.ended != nil {
                note(.callbacks, number, "batch \(number) has ended, and not all its jobs have")
            }
            guard batch.ended == nil, !batch.wasCancelled, let outer = batches[batch.outer] else { continue }
            // Who takes a job up again after that wants it to run.
            if outer.wasCancelled, outer.ended == nil, batch.reopenedAt < outer.cancelledAt {
                note(.callbacks, number, "batch \(batch.outer) was cancelled, and batch \(number) inside it was not")
            }
        }
    }

    func judgeAnswers() {
        guard let testimony else { return }
        var groups: [Int: [Int]] = [:]
        var calls: [Int: [Int]] = [:]
        for (number, ask) in testimony.asks.enumerated() {
            judge(ask, created[number]?.at)
            if let group = ask.group { groups[group, default: []].append(number) }
            if let call = ask.call { calls[call, default: []].append(number) }
        }
        for (_, numbers) in calls.sorted(by: { $0.key < $1.key }) { judgeCall(numbers) }
        for (_, numbers) in groups.sorted(by: { $0.key < $1.key }) { judgeTogether(numbers) }
    }

    private func judge(_ ask: Testimony.Ask, _ at: SequenceNumber?) {
        switch ask.answer {
        case .created(let job):
            if at != job { note(.acknowledged, job, "job \(job) was acknowledged and is not there") }
        case .duplicate(let job):
            let facts = job < jobs.count ? jobs[Int(job)] : nil
            let isSame =
                ask.key != nil && facts?.key == ask.key || ask.requestID != nil && facts?.requestID == ask.requestID
            if !isSame { note(.acknowledged, job, "job \(job) answered for another, and is not the same") }
        case .refused:
            if let at { note(.acknowledged, at, "what was refused is there") }
        case .nothing, .unknown: break
        }
    }

    private func judgeTogether(_ numbers: [Int]) {
        let commits = numbers.map { created[$0]?.commit }
        guard let first = commits.first, !commits.allSatisfy({ $0 == first }) else { return }
        let at = numbers.compactMap { created[$0]?.at }.first ?? 0
        note(.together, at, "of \(numbers.count) jobs enqueued together some came without the others")
    }

    /// Of a call in parts nothing begins before all of it is there.
    private func judgeCall(_ numbers: [Int]) {
        let there = numbers.compactMap { created[$0]?.at }
        let complete = there.count == numbers.count ? there.max() ?? 0 : .max
        for at in there {
            guard let begun = jobs[Int(at)]?.begun, begun < complete else { continue }
            note(
                .together, begun,
                "of a call in parts with \(numbers.count) jobs this one ran before the others were there")
        }
    }

    func judgeReplay() {
        var options = LogVerifier.Options()
        options.workers = 1
        let report = LogVerifier(world.memory, options).verify()
        for finding in report.findings.prefix(3) { note(.replay, finding.sequence ?? 0, finding.sentence) }
        if report.verdict != .good, report.findings.isEmpty {
            note(.replay, 0, report.doubts.first?.sentence ?? "the log could not be read")
        }
        if report.ledgers != .equalToRebuild, report.verdict == .good {
            note(.replay, 0, "the ledgers are not what the log makes them")
        }
    }
}
