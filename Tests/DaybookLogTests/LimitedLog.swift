import DaybookLog
import DaybookModel

/// A log in memory whose jobs come under limits.
final class LimitedLog {
    let storage = MemoryStorage()
    let writer: LogWriter
    let process: SequenceNumber

    struct Unexpected: Error {}

    init() throws {
        writer = try LogWriter.opened(storage)
        let started = ProcessStarted(processID: 1, host: "h", user: "u", program: "p", boot: "b")
        guard case .done(let process) = try writer.perform(.startProcess(Box(started))) else { throw Unexpected() }
        self.process = process
    }

    @discardableResult
    func limit(_ scope: LimitScope, _ limit: Limit?) throws -> Answer {
        try writer.perform(.limit(scope, limit, reason: "", actor: .person("ann")))
    }

    @discardableResult
    func enqueue(
        _ tenant: String? = nil, at now: Double = 1, _ change: (inout Created) -> Void = { _ in }
    ) throws -> SequenceNumber {
        var created = Created.example()
        created.tenant = tenant
        change(&created)
        guard case .created(let job) = try writer.perform(.enqueue(created), at: now) else { throw Unexpected() }
        return job
    }

    /// One claim in a turn of its own.
    func claim(_ slots: Int = 100) throws -> [Claimed] {
        let answer = try writer.perform(.claim(Claim(process: process, queues: nil, slots: slots)))
        guard case .claimed(let claimed) = answer else { throw Unexpected() }
        return claimed
    }

    /// As the engine claims: on and on, while one claim brings another forward.
    func claimAll(_ slots: Int = 100) throws -> [Claimed] {
        var all: [Claimed] = []
        while all.count < slots {
            let before = try storage.read { try $0.last }
            all += try claim(slots - all.count)
            guard try storage.read({ try $0.last }) > before else { break }
        }
        return all
    }

    func finish(_ claimed: Claimed, _ outcome: Outcome = .succeeded(Succeeded(ranMicroseconds: 1))) throws {
        _ = try writer.perform(
            .finish(job: claimed.job, token: claimed.token, outcome, actor: .process(process)))
    }

    func giveBack(_ claimed: Claimed) throws {
        _ = try writer.perform(
            .release(job: claimed.job, token: claimed.token, reason: "no slot", actor: .process(process)))
    }

    func record(_ job: SequenceNumber) throws -> JobRecord? { try storage.read { try Books.storedJob(job, in: $0) } }
    func state(_ scope: String) throws -> LimitState { try storage.read { try LimitRows.state(scope, in: $0) } }

    func events(_ kind: EventKind) throws -> Int {
        try storage.read { log in
            let last = try log.last
            return try (1...last).filter { sequence in
                try log.event(sequence) { try Event($0, at: sequence).body.kind == kind.rawValue } == true
            }.count
        }
    }

    func equalsReplay() throws -> Bool {
        let replay = Replay(storage)
        try replay.advance(to: .sequence(try storage.read { try $0.last }))
        return try replay.dump.text() == storage.liveDump()
    }
}
