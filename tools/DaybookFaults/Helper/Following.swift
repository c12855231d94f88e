internal import DaybookLog
internal import DaybookModel

/// Counts events by their kind.
private struct Tally: Follower {
    static let name = "tally"
    static let version = 1

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        try rows.add(1, to: Packed(event.kind?.name ?? "unknown"))
    }
}

extension Helper {
    /// `follow FOLDER`: follows all that is in the log by now, says `owner POSITION` or `waiting`, and stays until its
    /// standard input ends.
    static func follow(_ words: [String]) throws {
        let store = try StoreFolder.open(try folder(words), .readWrite(createIfMissing: false), program: "follower")
        defer { store.close() }
        let views = Views(of: store, host: try HostFacts.real())
        defer { views.close() }
        let run = try FollowerRun(Tally.self, views)
        var step = try run.step()
        while step == .behind { step = try run.step() }
        say(step == .waiting ? "waiting" : "owner \(run.position)")
        waitForEnd()
        run.end()
    }
}
