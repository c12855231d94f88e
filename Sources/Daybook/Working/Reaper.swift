internal import DaybookLog
internal import DaybookModel

/// Finds processes that died, or do not answer, with jobs in their hands and gives those back.
///
/// A process holds a lock on its file for as long as it lives, so a file without a lock is a death, whatever the
/// clock says. Its file stays until what it means has been committed. A process that is alive and has not renewed its
/// lease in time is stopped or hangs: it keeps its file and loses its jobs.
struct Reaper {
    let storage: any LogStorage
    let neighbours: @Sendable () throws -> [Neighbour]
    let process: SequenceNumber
    let host: HostFacts
    let deathsMax: Int
    /// By which the children of its processes are told; nil where there can be none.
    var store: String?
    var isGone: (@Sendable (ProcessStarted) -> Bool)?

    /// A death, and the commands that follow from it.
    struct Death {
        let neighbour: Neighbour
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

    /// `judgesLeases` is false when this process has just overslept itself: then the others may have, too. With
    /// `callsRoll` it also asks for those who left no sign.
    func look(nowNanoseconds: UInt64, judgesLeases: Bool, callsRoll: Bool) throws -> Findings {
        var findings = Findings()
        let neighbours = try neighbours()
        if callsRoll { findings.commands += try goneWithoutSign(besides: neighbours) }
        for neighbour in neighbours {
            let report = neighbour.report
            if neighbour.isAlive {
                findings.alive.insert(neighbour.processID)
                guard judgesLeases, let report, hasRunOut(report, neighbour, nowNanoseconds) else { continue }
                findings.commands += try lapse(neighbour.event, report)
                continue
            }
            let isOurBoot = neighbour.boot == host.boot
            // Numbers of processes from before a reboot belong to strangers by now.
            if isOurBoot, let report, !endChildren(report) {
                findings.isWaiting = true
                continue
            }
            findings.deaths.append(try death(neighbour, isOurBoot: isOurBoot))
        }
        return findings
    }

    /// What they had started is not known, so nothing is charged.
    private func goneWithoutSign(besides neighbours: [Neighbour]) throws -> [Command] {
        guard let isGone else { return [] }
        let signed = Set(neighbours.map(\.event)).union([process])
        return try storage.read { log in
            try UnsignedProcesses.gone(besides: signed, by: isGone, in: log).flatMap { gone in
                let reason = "process \(gone) is gone, and its file in processes/"
                return try Reaper.running(gone, log).map { job, token in
                    Command.interrupt(
                        job: job, token: token, reason: reason, charged: false, actor: .process(process))
                } + [.loseProcess(gone, by: .process(process))]
            }
        }
    }

    func forget(_ death: Death) throws { try death.neighbour.forget() }

    /// False while some of them still run.
    private func endChildren(_ report: EngineReport) -> Bool {
        let started = report.started.filter { $0.group > 0 }
        guard !started.isEmpty else { return true }
        let groupsAreOver = started.map { ProcessGroup(number: $0.group, leaderStart: $0.leaderStart).end() }
            .allSatisfy { $0 }
        // Those that have left their group.
        let othersAreOver = store.map { RunMark(store: $0, tokens: started.map(\.token)).end() } ?? true
        return groupsAreOver && othersAreOver
    }

    /// Only what had been started is charged, and after a reboot nothing is: it was not the job that ended the machine.
    private func death(_ neighbour: Neighbour, isOurBoot: Bool) throws -> Death {
        let (dead, report) = (neighbour.event, neighbour.report)
        let (running, isKnown) = try storage.read { log in
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
                    job: job, token: token, reason: "process \(dead) died and was not running the job", actor: actor)
            }
            return .interrupt(
                job: job, token: token, reason: "process \(dead) died", charged: true, deathsMax: deathsMax,
                actor: actor)
        }
        if isKnown { commands.append(.loseProcess(dead, by: actor)) }
        return Death(neighbour: neighbour, commands: commands)
    }

    private func hasRunOut(_ report: EngineReport, _ neighbour: Neighbour, _ now: UInt64) -> Bool {
        guard report.leaseNanoseconds > 0, neighbour.boot == host.boot,
            neighbour.timeNamespace == host.timeNamespace,
            now > report.renewedNanoseconds
        else { return false }
        return now - report.renewedNanoseconds > report.leaseNanoseconds
    }

    private func lapse(_ late: SequenceNumber, _ report: EngineReport) throws -> [Command] {
        let actor = Actor.process(process)
        return try storage.read { try Reaper.running(late, $0) }.map { job, token in
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
