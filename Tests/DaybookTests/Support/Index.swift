import Daybook

/// Keeps the arguments that it sees, as a search index would.
struct Index: Follower {
    static let name = "index"
    static let version = 1

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        guard event.kind == .created, let job = try event.creation else { return }
        try rows.put(Packed("job", event.sequence), Packed(String(decoding: job.arguments, as: UTF8.self)))
    }
}
