import Daybook

/// What each customer has used: how many runs, how much time, and an entry for every job that came to an end.
///
/// The customer stands first in every key, so that one walk finds all of a customer's entries in the order of time, and
/// one call forgets them.
struct CustomerLedger: Follower {
    static let name = "customer-ledger"
    static let version = 1

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        guard let creation = try event.creation, let customer = creation.tenant else { return }
        if event.kind == .purged, event.reason == "customer left" {
            return try rows.deleteAll(under: Packed(customer))
        }
        guard let run = event.run else { return }
        let account = Packed(customer, "account")
        let (runs, microseconds) = try rows[account]?.unpacked(as: Int.self, Int.self) ?? (0, 0)
        try rows.put(account, Packed(runs + 1, microseconds + run.microseconds))
        guard run.isLast else { return }
        let entry = Packed(customer, "entry", Int(event.time.microseconds), Int(event.sequence))
        try rows.put(entry, Packed(creation.name, run.isSuccess ? "succeeded" : "failed"))
    }

    /// What one customer has used.
    struct Account: Equatable {
        var runs = 0
        var microseconds = 0
        /// The kind of job and how it ended, the oldest first.
        var entries: [String] = []
    }

    static func account(of customer: String, _ engine: JobEngine) throws -> Account {
        try engine.view(of: CustomerLedger.self) { rows in
            var account = Account()
            if let row = try rows[Packed(customer, "account")] {
                (account.runs, account.microseconds) = try row.unpacked(as: Int.self, Int.self)
            }
            try rows.walk(Packed(customer, "entry")) { _, value in
                let (name, end) = try value.unpacked(as: String.self, String.self)
                account.entries.append("\(name) \(end)")
                return true
            }
            return account
        }
    }
}
