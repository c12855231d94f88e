// What a job's runs logged, a page at a time, from the newest line back. A job's events lead from each to the one
// before, so a page costs what lies on it, however many lines there are before and behind; and where few lines are
// what somebody looks for, the walk is broken off after so many and says where it goes on.

internal import Daybook
internal import DaybookLog
internal import DaybookModel
internal import Synchronization

struct RunLines {
    /// A line's place in the log: the event that brought it, and which of that event's lines it is.
    struct Place: Comparable, Sendable {
        let event: SequenceNumber
        let index: Int

        init(_ event: SequenceNumber, _ index: Int) { (self.event, self.index) = (event, index) }

        /// As it stands in an address: `812.3`.
        init(_ text: String) throws(RouteFailure) {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, text.utf8.count < 30, let event = SequenceNumber(parts[0]), event > 0,
                event <= SequenceNumber(Int64.max), let index = Int(parts[1]), index >= 0
            else { throw .badCall(Texts.Refused.badPlace) }
            (self.event, self.index) = (event, index)
        }

        var text: String { "\(event).\(index)" }
        /// The place right behind this line.
        var behind: Place { Place(event, index + 1) }

        static func < (left: Place, right: Place) -> Bool { (left.event, left.index) < (right.event, right.index) }
    }

    struct Line: Sendable {
        let place: Place
        let attempt: Int
        let line: LogLine
    }

    /// Which lines are meant: all of it has to hold.
    struct Filter {
        var texts: [String] = []
        var level: LogLine.Level?
        var run: Int?

        func isMet(_ attempt: Int, _ line: LogLine) -> Bool {
            guard run == nil || run == attempt, level.map({ line.level >= $0 }) ?? true else { return false }
            guard !texts.isEmpty else { return true }
            let text = line.text.lowercased()
            return texts.allSatisfy { text.contains($0.lowercased()) }
        }
    }

    /// In the order in which they were written.
    private(set) var lines: [Line] = []
    /// The page before this one ends before this place; nil at the log's beginning.
    private(set) var next: Place?
    /// Whether the walk was broken off before it had found as many as were asked for.
    private(set) var isCut = false
    /// How many lines were looked at.
    private(set) var looked = 0

    static let lookedMax = 40_000
    private static let eventsMax = 4_000

    /// The newest `limit` lines before a place, of a job whose newest event is `last`, and none before `end`.
    init(
        of job: SequenceNumber, endingAt last: SequenceNumber, before: Place? = nil, since end: Place? = nil,
        _ filter: Filter = Filter(), limit: Int, in log: any LogSnapshot
    ) throws {
        var place = try RunLines.start(of: job, last, before, in: log)
        var events = 0
        walk: while place > 0, let event = try log.eventAtHand(place, { try Event($0, at: place) }), event.job == job {
            events += 1
            if case .logged = event.body, filter.run.map({ $0 == Int(event.attempt) }) ?? true {
                let found = LoggedEvent(event, at: place).lines
                let bound = before.map { $0.event == place ? min($0.index, found.count) : found.count } ?? found.count
                for index in (0..<bound).reversed() {
                    let here = Place(place, index)
                    if let end, here < end { break walk }
                    guard lines.count < limit else {
                        next = here.behind
                        break walk
                    }
                    looked += 1
                    guard filter.isMet(Int(event.attempt), found[index]) else { continue }
                    lines.append(Line(place: here, attempt: Int(event.attempt), line: found[index]))
                }
            }
            if event.previous > 0, lines.count < limit, events >= RunLines.eventsMax || looked >= RunLines.lookedMax {
                next = Place(place, 0)
                isCut = true
                break
            }
            place = event.previous
        }
        lines.reverse()
    }

    /// The event at which a walk begins: one of this job's, whatever somebody wrote into an address.
    private static func start(
        of job: SequenceNumber, _ last: SequenceNumber, _ before: Place?, in log: any LogSnapshot
    ) throws -> SequenceNumber {
        guard let before, before.event <= last else { return last }
        let head = try log.eventAtHand(before.event) { try EventHead($0, at: before.event) }
        guard head?.job == job else { throw RouteFailure.badCall(Texts.Refused.strangePlace) }
        return before.event
    }
}

/// The whole log of a job's runs as a file, from its first line: where the lines are is gathered first, a number for
/// each event, and they are read and sent piece by piece then.
struct RunLogFile: Sendable {
    let storage: any LogStorage
    let job: SequenceNumber
    let last: SequenceNumber

    /// More would take more memory than one request may.
    static let eventsMax = 1_000_000
    private static let eventsAtOnce = 5_000
    private static let eventsInPiece = 100

    /// The events with lines, in order, and whether there are older ones that are not among them.
    func places(eventsMax: Int = RunLogFile.eventsMax) throws -> (events: [SequenceNumber], isCut: Bool) {
        var events: [SequenceNumber] = []
        var next = last
        while next > 0 {
            // A long walk is made of short looks, so that no reader stays open for long.
            let isDone = try storage.read { log in
                for _ in 0..<RunLogFile.eventsAtOnce where next > 0 {
                    guard events.count < eventsMax,
                        let head = try log.eventAtHand(next, { try EventHead($0, at: next) }), head.job == job
                    else { return true }
                    if head.kind == EventKind.logged.rawValue { events.append(next) }
                    next = head.previous
                }
                return false
            }
            if isDone { break }
        }
        return (events.reversed(), next > 0)
    }

    func text(_ events: ArraySlice<SequenceNumber>) throws -> [UInt8] {
        let lines = try storage.read { log in
            try events.flatMap { sequence in
                try log.eventAtHand(sequence) { LoggedEvent(try Event($0, at: sequence), at: sequence).lines } ?? []
            }
        }
        return Array(lines.map { "\($0)\n" }.joined().utf8)
    }

    func stream(holding seat: StreamSeat) -> ResponseStream {
        ResponseStream { [self] in
            let left = Mutex<ArraySlice<SequenceNumber>?>(nil)
            return {
                withExtendedLifetime(seat) {}
                return try left.withLock { left in
                    if let events = left, events.isEmpty { return nil }
                    var head: [UInt8] = []
                    if left == nil {
                        let (events, isCut) = try places()
                        left = events[...]
                        if isCut { head = Array("\(Texts.olderLinesAbsent)\n".utf8) }
                    }
                    let piece = left?.prefix(RunLogFile.eventsInPiece) ?? []
                    left = left?.dropFirst(RunLogFile.eventsInPiece)
                    return try head + text(piece)
                }
            }
        }
    }
}
