import DaybookLog
import DaybookModel
import Foundation

/// Stores and events as the measurements of the log use them.
enum SampleLog {
    /// A new store in an empty folder of this run.
    static func make(in place: Place) throws -> StoreFolder {
        try StoreFolder.open(
            try place.emptyFolder() + "/store", .readWrite(createIfMissing: true), program: "daybook-bench")
    }

    /// A job whose `created` event takes 160 bytes in the log, as the baseline's does.
    static let created: Created = {
        var created = Created(
            name: "mail.send", queue: "default", attempts: 11, salt: 0x5A5A_5A5A_5A5A_5A5A,
            arguments: Array(repeating: UInt8(ascii: "7"), count: 93))
        created.actor = .process(1)
        return created
    }()

    /// Takes `count` jobs through their lives in the order of an engine's turns.
    static func liveThrough(_ count: Int, batch: Int, _ writer: LogWriter) throws {
        let box = Box(created)
        var claimed: [Claimed] = []
        for round in 0...count / batch {
            let isLast = round == count / batch
            claimed = try writer.turn(now: Instant(microseconds: 1_700_000_000_000_000 + Int64(round))) { turn in
                for claim in claimed {
                    let outcome = DaybookModel.Outcome.succeeded(Succeeded(ranMicroseconds: 10))
                    _ = try turn.perform(
                        .finish(job: claim.job, token: claim.token, outcome, actor: .process(1, worker: 1)))
                }
                guard !isLast else { return [] }
                for _ in 0..<batch { _ = try turn.perform(.enqueue(box, onConflict: .existing)) }
                let claim = Claim(process: 1, worker: 1, queues: nil, slots: batch)
                guard case .claimed(let list) = try turn.perform(.claim(claim)) else { return [] }
                return list
            }
        }
    }

    /// Appends `count` events without deciding or posting anything.
    static func append(_ count: Int, batch: Int, _ writer: LogWriter) throws {
        let body = EventBody.created(Box(created))
        for round in 0..<count / batch {
            _ = try writer.turn(now: Instant(microseconds: 1_700_000_000_000_000 + Int64(round))) { turn in
                for _ in 0..<batch {
                    turn.append(Event(time: turn.now, job: turn.last + 1, actor: .process(1), body: body))
                }
            }
        }
    }
}
