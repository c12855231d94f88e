internal import Daybook
internal import DaybookLog
public import DaybookModel
internal import Synchronization

/// The other processes of a test's store: there are none but those that are said to have died.
final class TestNeighbours: Sendable {
    private struct State {
        var dead: [Neighbour] = []
        var exits: [VirtualExits] = []
    }

    private let state = Mutex(State())

    var all: [Neighbour] { state.withLock { $0.dead } }

    /// Who wants to hear of ends.
    func watch(_ onEnd: @escaping @Sendable () -> Void) -> any ExitSignals {
        let exits = VirtualExits(onEnd)
        state.withLock { $0.exits.append(exits) }
        return exits
    }

    /// A process has died while it ran what it had claimed.
    func die(_ process: SequenceNumber, running token: SequenceNumber, boot: [UInt8]) {
        let report = EngineReport(
            renewedNanoseconds: 0, leaseNanoseconds: 0, isIncomplete: false, started: [StartedClaim(token: token)])
        let neighbour = Neighbour(
            event: process, processID: 2, isAlive: false, boot: boot, timeNamespace: 1, report: report,
            forget: { [weak self] in self?.forget(process) })
        let exits = state.withLock { state in
            state.dead.append(neighbour)
            return state.exits
        }
        for one in exits { one.tell() }
    }

    private func forget(_ process: SequenceNumber) {
        state.withLock { $0.dead.removeAll { $0.event == process } }
    }
}

extension TestEngine {
    /// As if a process had died over a job that is ready: another process starts, claims it, begins to run it, and is
    /// killed. The death is charged to the job, and after so many as `EngineOptions.deathsMax` says it has failed.
    ///
    ///     try await test.crash(running: mail.id)
    ///     try test.expect(mail.id, is: .enqueued)
    public func crash(running id: JobID) async throws {
        guard let job = try engine.job(id), job.state == .enqueued else {
            let state = try engine.state(of: id)?.name ?? "gone"
            throw UnmetExpectation(description: "Job \(id) is \(state); only one that is enqueued can be begun.")
        }
        let (process, token) = try LogWriter(storage).turn(now: now) { turn in
            let started = ProcessStarted(
                processID: 2, host: host.host, user: host.user, program: "test, crashing",
                boot: host.boot.withUnsafeBytes { Hexadecimal.text($0) }, leaseMicroseconds: 0, runs: ["*"])
            guard case .done(let process) = try turn.perform(.startProcess(Box(started))) else {
                throw UnmetExpectation(description: "The process that is to crash could not be entered in the log.")
            }
            var life = RecordedLife(job: id.rawValue, process: process, time: now, previous: job.lastEvent)
            try life.claim(UInt32(job.attempt) + 1, &turn)
            return (process, life.token)
        }
        neighbours.die(process, running: token, boot: host.boot)
        _ = try await engine.perform(.look)
    }
}
