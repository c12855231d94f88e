/// A projection of the log that people look at: statistics, a search, a board of your own.
///
/// No decision of the engine depends on it, so it may lag behind the log and may be thrown away and built anew at any
/// time. Its rows are a function of the events and of nothing else: no clock, no chance, no files.
///
/// How many runs went well and how many did not, by hour and by kind of job:
///
///     struct HourlyFailures: Follower {
///         static let name = "hourly-failures"
///         static let version = 1
///
///         mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
///             guard let run = event.run, let job = try event.creation else { return }
///             let hour = event.time.microseconds / 3_600_000_000
///             try rows.add(1, to: Packed(hour, job.name, run.isSuccess ? "good" : "bad"))
///         }
///     }
///
/// What each customer has used, as one row of two numbers:
///
///     struct CustomerLedger: Follower {
///         static let name = "customer-ledger"
///         static let version = 3
///
///         mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
///             guard let run = event.run, let customer = try event.creation?.tenant else { return }
///             let row = Packed("customer", customer)
///             let (runs, microseconds) = try rows[row]?.unpacked(as: Int.self, Int.self) ?? (0, 0)
///             try rows.put(row, Packed(runs + 1, microseconds + run.microseconds))
///         }
///     }
///
/// The engine keeps them up to date for as long as it is open, and any process may look:
///
///     try engine.follow(HourlyFailures.self)
///     let failures = try engine.view(of: HourlyFailures.self) { rows in
///         try rows[Packed(hour, "mail.send", "bad")]?.unpacked(as: Int.self) ?? 0
///     }
///
/// When `apply` changes what it writes, raise `version`: the new rows are built beside the old ones, which processes
/// of the old release go on using.
public protocol Follower: SendableMetatype {
    /// What the rows are kept under; see ``Name``.
    static var name: String { get }

    /// The form of the rows, from 1. Raise it whenever the same events would give other rows.
    static var version: Int { get }

    /// Called for every batch of events, so properties last for a batch at most: keep in rows what must last.
    init()

    /// Posts one event. Called once for every event, in order; what it throws stops the follower in this process, and
    /// is shown with its state.
    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws
}
