public import DaybookLog
public import DaybookModel

extension JobEngine {
    /// Keeps a follower's rows up to date in the background, for as long as this engine is open.
    ///
    /// Of all processes that follow it one does the work, and when that one ends another goes on. Following a second
    /// time changes nothing. It starts where the rows are; the first time, and after each start of the machine, that is
    /// the beginning of the log.
    public func follow<F: Follower>(_ follower: F.Type) throws {
        try followersOrRefusal().follow(follower)
    }

    /// Runs `body` on a consistent snapshot of a follower's rows, whichever process keeps them up to date.
    ///
    ///     let failures = try engine.view(of: HourlyFailures.self) { rows in
    ///         try rows[Packed(hour, "mail.send", "bad")]?.unpacked(as: Int.self) ?? 0
    ///     }
    ///
    /// The rows may lag behind the log; they say how far. Throws if no process has followed it since the machine
    /// started. Keep it short: while it runs, what the owner deletes takes up room.
    public func view<F: Follower, R>(of follower: F.Type, _ body: (borrowing FollowerView) throws -> R) throws -> R {
        try followersOrRefusal().views.read(follower, body)
    }

    /// Waits until an event is in the rows of a follower that this engine follows: to see what one has just done.
    public func wait<F: Follower>(for follower: F.Type, through event: SequenceNumber) async throws {
        try await followersOrRefusal().wait(for: follower, through: event)
    }

    /// How the views of all followers stand, whichever process keeps them up to date.
    public func views() throws -> [ViewState] { try followersOrRefusal().views.states() }

    private func followersOrRefusal() throws -> FollowerSet {
        guard let followers else {
            throw LogError(.unusable, "Followers keep their rows in the store's folder, and this engine has none.")
        }
        return followers
    }
}
