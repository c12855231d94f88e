import Daybook
import DaybookLog
import DaybookModel
import Foundation

/// The jobs of the dashboard's store: what each is follows from its number, so that every store is the same.
enum DashboardSample {
    static let queues = [
        "default", "mail", "reports", "imports", "exports", "billing", "search", "media", "webhooks", "sync", "cleanup",
        "night",
    ]
    static let names: [String] = ["invoice", "order", "customer", "image", "feed"].flatMap { thing in
        ["send", "render", "import", "check", "index", "merge", "archive", "notify"].map { "\(thing).\($0)" }
    }
    static let errorTypes = (0..<30).map { "Service\($0)Error" }
    static let tenants = 500
    static let tags = 200
    static let people = ["ada", "grace", "linus", "barbara"]

    /// Spread over all numbers, the same for ever.
    private static func mixed(_ number: UInt64) -> UInt64 {
        var mixed = number &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    static func created(_ number: Int) -> Box<Created> {
        let mixed = mixed(UInt64(number))
        var created = Created(
            name: names[Int(mixed % UInt64(names.count))],
            queue: queues[min(Int(mixed >> 8 % 32), queues.count - 1)], attempts: 11, salt: mixed,
            arguments: Array(
                """
                {"number":\(number),"customer":"c-\(mixed >> 16 % 10_000)","to":"somebody.\(mixed >> 32 % 9_973)\
                @example.org","amount":\(mixed >> 40 % 100_000)}
                """.utf8))
        created.retry = "fixed:0"
        created.tags = (0..<Int(mixed >> 20 % 3)).map { "tag-\((mixed >> (24 + 8 * UInt64($0))) % UInt64(tags))" }
        if mixed >> 44 % 10 > 0 { created.tenant = "tenant-\(mixed >> 48 % UInt64(tenants))" }
        created.actor = .system
        return Box(created)
    }

    /// Whether the runs of a job have something to say.
    static func logsLines(_ job: SequenceNumber) -> Bool { mixed(job) % 5_000 == 999 }

    /// How a run comes out.
    static func end(_ claim: Claimed, _ process: SequenceNumber, _ turn: inout Turn) throws {
        let mixed = mixed(claim.job)
        let actor = Actor.process(process, worker: 1)
        let ran = 1_000 + mixed >> 8 % 500_000
        let outcome: DaybookModel.Outcome
        switch mixed % 1_000 {
        case 0..<30: outcome = .failed(Box(failure(mixed, ran, isFinal: true)))
        case 30..<40: outcome = .cancelled(reason: "the customer has gone")
        case 40..<42: outcome = .parked(reason: "no code for it here")
        case 42..<60 where claim.attempt == 1: outcome = .failed(Box(failure(mixed, ran, isFinal: false)))
        default: outcome = .succeeded(Succeeded(ranMicroseconds: ran))
        }
        guard logsLines(claim.job) else {
            try turn.settle(.finish(job: claim.job, token: claim.token, outcome, actor: actor))
            return
        }
        let lines = (0..<50).map { "\(LogLine(time: turn.now, level: .info, text: "row \($0) of the import is done"))" }
        let note = RunNote(
            RunReference(job: claim.job, token: claim.token, attempt: claim.attempt, actor: actor),
            logged: Logged(level: 2, howMany: UInt64(lines.count), salt: mixed, lines: lines))
        try turn.settle(.conclude(Box(Conclusion(note, outcome, jobs: [], random: mixed, salt: mixed))))
    }

    private static func failure(_ mixed: UInt64, _ ran: UInt64, isFinal: Bool) -> DaybookModel.Outcome.Failure {
        let type = errorTypes[Int(mixed >> 16 % UInt64(errorTypes.count))]
        return .init(
            errorType: type, error: "\(type): the service at 10.0.0.\(mixed >> 24 % 250) said no, code \(mixed % 7)",
            ranMicroseconds: ran, salt: mixed, random: mixed, isFinal: isFinal)
    }

    /// An action on many jobs, given up at once: it lies before all others, where nobody would find it soon.
    static func operation(_ turn: inout Turn) throws {
        let operation = Daybook.Operation(.cancel, on: JobFilter(queue: "mail"), reason: "", by: people[0])
        let created = Created(
            name: Daybook.Operation.jobName, queue: Daybook.Operation.queue, attempts: 1, salt: 1,
            arguments: try JSON.encode(operation))
        guard case .created(let job) = try turn.settle(.enqueue(Box(created), onConflict: .existing)) else { return }
        try turn.settle(.cancel(job: job, expected: nil, reason: "", actor: .person(people[0])))
    }

    /// Something that a person does.
    static func deed(_ turn: inout Turn) throws {
        let person = Actor.person(people[Int(turn.last % UInt64(people.count))])
        try turn.settle(.pauseQueue("imports", reason: "maintenance", actor: person))
        try turn.settle(.resumeQueue("imports", reason: "done", actor: person))
    }
}
