import Daybook

/// A board of how often runs fail: by hour and by kind of job.
///
/// Its rows are `hour, name, "good" or "bad"` and a number each, so that the newest hours stand together and one walk
/// gives a page of the board.
struct HourlyFailures: Follower {
    static let name = "hourly-failures"
    // The first version counted good and bad together. The same events give other rows now, so it is another version:
    // its view is built beside the old one's, which programs of the old release go on using.
    static let version = 2

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        guard let run = event.run, let job = try event.creation else { return }
        let hour = event.time.microseconds / HourlyFailures.hourMicroseconds
        try rows.add(1, to: Packed(hour, job.name, run.isSuccess ? "good" : "bad"))
    }

    static let hourMicroseconds: Int64 = 3_600_000_000

    /// One line of the board.
    struct Line: Equatable {
        let hour: Instant
        let name: String
        var good = 0
        var bad = 0

        /// Of a hundred runs so many failed.
        var percent: Int { good + bad == 0 ? 0 : (bad * 100 + (good + bad) / 2) / (good + bad) }
    }

    /// The whole board, the oldest hour first. It works in any process that has the store open.
    static func board(_ engine: JobEngine) throws -> [Line] {
        try engine.view(of: HourlyFailures.self) { rows in try lines(rows) }
    }

    /// The lines from an hour on, the oldest first.
    static func lines(_ rows: borrowing FollowerView, from first: Int64 = 0) throws -> [Line] {
        var lines: [Line] = []
        try rows.walk(Packed(), from: Packed(first)) { key, count in
            let (hour, name, how) = try key.unpacked(as: Int64.self, String.self, String.self)
            let instant = Instant(microseconds: hour * hourMicroseconds)
            if lines.last?.hour != instant || lines.last?.name != name {
                lines.append(Line(hour: instant, name: name))
            }
            let runs = try count.unpacked(as: Int.self)
            if how == "good" { lines[lines.count - 1].good = runs } else { lines[lines.count - 1].bad = runs }
            return true
        }
        return lines
    }

    /// The lines of the last so many hours.
    static func lines(_ rows: borrowing FollowerView, hours: Int64, until now: Instant) throws -> [Line] {
        try lines(rows, from: now.microseconds / hourMicroseconds - hours + 1)
    }
}
