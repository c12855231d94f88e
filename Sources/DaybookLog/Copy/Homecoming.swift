internal import DaybookLMDB
internal import DaybookModel

/// Gives back what processes had claimed that cannot be there: the store is a copy, and they had another one open.
struct Homecoming {
    let reason: String

    private static let jobsAtOnce = 1_000

    /// Answers how many jobs there were.
    func run(
        _ storage: any LogStorage, _ writer: LogWriter, now: () -> Instant, _ control: CopyControl
    ) throws -> UInt64 {
        var interrupted: UInt64 = 0
        while true {
            try control.requireGoingOn()
            let claims = try storage.read { try running(in: $0) }
            guard !claims.isEmpty else { break }
            try writer.turn(now: now()) { turn in
                for claim in claims {
                    let answer = try turn.perform(
                        .interrupt(
                            job: claim.job, token: claim.token, reason: reason, charged: false, actor: .system))
                    guard case .refused(let refusal) = answer else { continue }
                    throw LogError(.damaged, "Job \(claim.job) cannot be given back: \(refusal)", at: claim.job)
                }
            }
            interrupted += UInt64(claims.count)
        }
        try dismiss(storage, writer, now: now)
        return interrupted
    }

    private func running(in log: any LogSnapshot) throws -> [(job: SequenceNumber, token: SequenceNumber)] {
        var found: [(SequenceNumber, SequenceNumber)] = []
        try RowKey.running(process: 0, job: 0).withBytes { start in
            try log.scan(.running, from: start) { key, value in
                let row = RowKey(key)
                guard !row.isSentinel, found.count < Homecoming.jobsAtOnce else { return false }
                found.append((row.second, SequenceNumber(littleEndian: value.loadUnaligned(as: UInt64.self))))
                return true
            }
        }
        return found
    }

    private func dismiss(_ storage: any LogStorage, _ writer: LogWriter, now: () -> Instant) throws {
        var alive: [SequenceNumber] = []
        try storage.read { log in
            try RowKey.number(0).withBytes { start in
                try log.scan(.processes, from: start) { key, value in
                    if ProcessRecord(value)?.standing.isAlive == true { alive.append(RowKey(key).first) }
                    return true
                }
            }
        }
        guard !alive.isEmpty else { return }
        try writer.turn(now: now()) { turn in
            for process in alive { _ = try turn.perform(.loseProcess(process, by: .system)) }
        }
    }
}
