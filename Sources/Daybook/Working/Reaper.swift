internal import DaybookLog
internal import DaybookModel

/// Finds processes that died, or do not answer, with jobs in their hands and gives those back.
///
/// A process holds a lock on its file for as long as it lives, so a file without a lock is a death, whatever the
/// clock says. Its file stays until what it means has been committed. A process that is alive and has not renewed its
/// lease in time is stopped or hangs: it keeps its file and loses its jobs.
struct Reaper {
    let folder: StoreFolder
    let process: SequenceNumber
    let host: HostFacts
    let deathsMax: Int

    /// A death, and the commands that follow from it.
    struct Death {
        let presence: FoundPresence
        let commands: [Command]
    }

    struct Findings {
        var deaths: [Death] = []
        /// What follows from leases that ran out.
        var commands: [Command] = []
        /// The numbers of those that are alive.
        var alive: Set<Int32> = []
        /// Somebody died whose children are still ending: look again soon.
        var isWaiting = false
    }

    /// `judgesLeases` is false when this process has just overslept itself: then the others may have, too.
    func look(nowNanoseconds: UInt64, judgesLeases: Bool) throws -> Findings {
        var findings = Findings()
        for presence in try folder.others() {
            guard let facts = presence.facts, facts.event != 0 else { continue }
            let report = EngineReport(presence.enginePart)
            if presence.isAlive { findings.alive.insert(Int32(clamping: facts.processID)) }
            if !presence.isAlive {
                let isOurBoot = facts.boot == host.boot
                // Numbers of processes from before a reboot belong to strangers by now.
                if isOurBoot, let report, !endChildren(report) {
                    findings.isWaiting = true
                    continue
                }
                findings.deaths.append(try death(presence, facts.event, report, isOurBoot: isOurBoot))
            } else if judgesLeases, let report, hasRunOut(report, facts, nowNanoseconds) {
                findings.commands += try lapse(facts.event, report)
            }
        }
        return findings
    }

    func forget(_ death: Death) throws {
        try folder.forget(death.presence)
    }

    /// False while some of them still run.
    private func endChildren(_ report: EngineReport) -> Bool {
        report.started.filter { $0.group > 0 }
            .map { ProcessGroup(number: $0.group, leaderStart: $0.leaderStart).end() }
            .allSatisfy { $0 }
    }

    /// Only what had been started is charged, and after a reboot nothing is: it was not the job that ended the machine.
    private func death(
        _ presence: FoundPresence, _ dead: SequenceNumber, _ report: EngineReport?, isOurBoot: Bool
    ) throws -> Death {
        let (running, isKnown) = try folder.storage.read { log in
            (try Reaper.running(dead, log), try Books.isAlive(process: dead, in: log))
        }
        let actor = Actor.process(process)
        var commands = running.map { job, token in
            if !isOurBoot {
                return Command.interrupt(
                    job: job, token: token, reason: "the machine went down while process \(dead) ran", charged: false,
                    actor: actor)
            }
            guard report?.mayHaveStarted(token) ?? true else {
                return .release(
                    job: job, token: token, reason: "process \(dead) died before it had started the job", actor: actor)
            }
            return .interrupt(
                job: job, token: token, reason: "process \(dead) died", charged: true, deathsMax: deathsMax,
                actor: actor)
        }
        if isKnown { commands.append(.loseProcess(dead, by: actor)) }
        return Death(presence: presence, commands: commands)
    }

    private func hasRunOut(_ report: EngineReport, _ facts: ProcessFacts, _ now: UInt64) -> Bool {
        guard report.leaseNanoseconds > 0, facts.boot == host.boot, facts.timeNamespace == host.timeNamespace,
            now > report.renewedNanoseconds
        else { return false }
        return now - report.renewedNanoseconds > report.leaseNanoseconds
    }

    private func lapse(_ late: SequenceNumber, _ report: EngineReport) throws -> [Command] {
        let actor = Actor.process(process)
        return try folder.storage.read { try Reaper.running(late, $0) }.map { job, token in
            let reason = "lease: process \(late) gave no sign of life for \(report.leaseNanoseconds / 1_000_000) ms"
            return report.mayHaveStarted(token)
                ? .interrupt(job: job, token: token, reason: reason, charged: false, actor: actor)
                : .release(job: job, token: token, reason: reason, actor: actor)
        }
    }

    private static func running(
        _ process: SequenceNumber, _ log: any LogSnapshot
    ) throws -> [(job: SequenceNumber, token: SequenceNumber)] {
        var found: [(SequenceNumber, SequenceNumber)] = []
        try log.forEachRunning(in: process) { found.append(($0, $1)) }
        return found
    }
}

extension Ledgers {
    /// The jobs that a process has claimed, and their tokens.
    func forEachRunning(
        in process: SequenceNumber, _ body: (_ job: SequenceNumber, _ token: SequenceNumber) -> Void
    ) throws {
        try RowKey.running(process: process, job: 0).withBytes { start in
            try scan(.running, from: start) { key, value in
                let row = RowKey(key)
                guard !row.isSentinel, row.first == process else { return false }
                body(row.second, SequenceNumber(littleEndian: value.loadUnaligned(as: UInt64.self)))
                return true
            }
        }
    }
}

extension EngineReport {
    fileprivate func mayHaveStarted(_ token: SequenceNumber) -> Bool {
        isIncomplete || started.contains { $0.token == token }
    }
}
