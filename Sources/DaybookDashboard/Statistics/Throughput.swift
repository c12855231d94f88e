internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// How much was done in each of some spans of time, the oldest first.
struct Throughput: Sendable {
    enum Span: String, CaseIterable, Sendable {
        case hour, day, week

        var isByMinute: Bool { self == .hour }
        var bars: Int {
            switch self {
            case .hour: 60
            case .day: 24
            case .week: 168
            }
        }
        var microseconds: Int64 { isByMinute ? Throughput.minuteMicroseconds : Throughput.hourMicroseconds }
    }

    struct Bar: Sendable {
        let start: Instant
        var counts = Array(repeating: 0, count: DashboardFollower.Figure.allCases.count)

        subscript(figure: DashboardFollower.Figure) -> Int { counts[figure.rawValue] }
    }

    static let minuteMicroseconds: Int64 = 60_000_000
    static let hourMicroseconds: Int64 = 3_600_000_000

    let span: Span
    private(set) var bars: [Bar] = []
    private(set) var runTimes = RunTimes()
    /// How long jobs were ready before they were claimed.
    private(set) var waitTimes = RunTimes()
    /// Whether there were more events than are counted.
    private(set) var isCut = false
    /// So many events of a past store are counted at most.
    static let eventsMax = 20_000
    /// The events of the log that are not counted yet.
    let eventsBehind: UInt64

    static func minute(of instant: Instant) -> Int64 { floored(instant.microseconds, minuteMicroseconds) }
    static func hour(of instant: Instant) -> Int64 { floored(instant.microseconds, hourMicroseconds) }

    private static func floored(_ number: Int64, _ by: Int64) -> Int64 {
        number / by - (number % by < 0 ? 1 : 0)
    }

    init(_ span: Span, until now: Instant, in rows: borrowing FollowerView) throws {
        self.span = span
        eventsBehind = rows.eventsBehind
        let last = span.isByMinute ? Throughput.minute(of: now) : Throughput.hour(of: now)
        let first = last - Int64(span.bars) + 1
        bars = (first...last).map { Bar(start: Instant(microseconds: $0 * span.microseconds)) }
        let part = span.isByMinute ? DashboardFollower.Part.minute : DashboardFollower.Part.hour
        var found: [(index: Int, figure: Int, count: Int)] = []
        try rows.walk(Packed(part), from: Packed(part, first, 0)) { key, value in
            let (_, place, figure) = try key.unpacked(as: String.self, Int64.self, Int.self)
            guard place <= last else { return false }
            found.append((Int(place - first), figure, try value.unpacked(as: Int.self)))
            return true
        }
        for one in found where bars.indices.contains(one.index) && bars[one.index].counts.indices.contains(one.figure) {
            bars[one.index].counts[one.figure] = one.count
        }
        let hours = span.isByMinute ? Throughput.hour(of: now) - 1 : first
        runTimes = try RunTimes(DashboardFollower.Part.ran, from: hours, in: rows)
        waitTimes = try RunTimes(DashboardFollower.Part.waited, from: hours, in: rows)
    }

    /// Of one queue, by the minute.
    init(ofQueue queue: String, until now: Instant, in rows: borrowing FollowerView) throws {
        span = .hour
        eventsBehind = rows.eventsBehind
        let last = Throughput.minute(of: now)
        let first = last - Int64(span.bars) + 1
        bars = (first...last).map { Bar(start: Instant(microseconds: $0 * span.microseconds)) }
        let part = DashboardFollower.Part.queue
        var found: [(index: Int, figure: Int, count: Int)] = []
        try rows.walk(Packed(part, queue), from: Packed(part, queue, first, 0)) { key, value in
            let (_, _, place, figure) = try key.unpacked(as: String.self, String.self, Int64.self, Int.self)
            guard place <= last else { return false }
            found.append((Int(place - first), figure, try value.unpacked(as: Int.self)))
            return true
        }
        for one in found where bars.indices.contains(one.index) && bars[one.index].counts.indices.contains(one.figure) {
            bars[one.index].counts[one.figure] = one.count
        }
    }

    private static let rateMinutes = 10

    /// How many runs ended a minute in the last ten whole ones.
    var endedPerMinute: Double {
        let minutes = bars.dropLast().suffix(Throughput.rateMinutes)
        let ended = minutes.reduce(0) { $0 + $1[.succeeded] + $1[.retried] + $1[.failed] }
        return Double(ended) / Double(max(minutes.count, 1))
    }

    /// Counted from the log itself, from its end back: what a store of the past has instead of a view.
    init(_ span: Span, until now: Instant, walking log: any LogSnapshot) throws {
        self.span = span
        eventsBehind = 0
        let last = span.isByMinute ? Throughput.minute(of: now) : Throughput.hour(of: now)
        let first = last - Int64(span.bars) + 1
        bars = (first...last).map { Bar(start: Instant(microseconds: $0 * span.microseconds)) }
        var looked = 0
        try log.eventsBackward(from: try log.last) { sequence, value in
            looked += 1
            guard looked <= Throughput.eventsMax else {
                isCut = true
                return false
            }
            let head = try EventHead(value, at: sequence)
            let place = (span.isByMinute ? Throughput.minute(of: head.time) : Throughput.hour(of: head.time)) - first
            guard place >= 0 else { return false }
            if head.kind == EventKind.claimed.rawValue,
                let ready = try log.event(head.previous, { try EventHead($0, at: head.previous).time })
            {
                waitTimes.add(Int(clamping: max(0, head.time.microseconds - ready.microseconds)))
            }
            guard bars.indices.contains(Int(place)), let kind = EventKind(rawValue: head.kind),
                let figure = DashboardFollower.figure(of: kind)
            else { return true }
            bars[Int(place)].counts[figure.rawValue] += 1
            // What was enqueued has not run, and is most of what would be decoded.
            guard figure != .enqueued else { return true }
            if let run = LoggedEvent(try Event(value, at: sequence), at: sequence).run {
                runTimes.add(run.microseconds)
            }
            return true
        }
    }

    func total(_ figure: DashboardFollower.Figure) -> Int { bars.reduce(0) { $0 + $1[figure] } }

    /// The largest number of ended runs in one bar.
    var most: Int { bars.map { $0[.succeeded] + $0[.retried] + $0[.failed] }.max() ?? 0 }
}

/// How long runs took, in buckets that are a quarter wider each, so that a percentile is right to within that.
struct RunTimes: Sendable {
    private var counts: [(bucket: Int, count: Int)] = []

    init() {}

    init(_ part: String, from hour: Int64, in rows: borrowing FollowerView) throws {
        var found: [Int: Int] = [:]
        try rows.walk(Packed(part), from: Packed(part, hour, 0)) { key, value in
            found[try key.unpacked(as: String.self, Int64.self, Int.self).2, default: 0] += try value.unpacked(
                as: Int.self)
            return true
        }
        counts = found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    mutating func add(_ microseconds: Int) {
        let bucket = RunTimes.bucket(microseconds)
        if let index = counts.firstIndex(where: { $0.bucket >= bucket }) {
            if counts[index].bucket == bucket {
                counts[index].count += 1
            } else {
                counts.insert((bucket, 1), at: index)
            }
        } else {
            counts.append((bucket, 1))
        }
    }

    /// Two bits behind the highest: four buckets for each power of two.
    static func bucket(_ microseconds: Int) -> Int {
        guard microseconds >= 4 else { return max(microseconds, 0) }
        let highest = Int.bitWidth - 1 - microseconds.leadingZeroBitCount
        return highest * 4 + (microseconds >> (highest - 2) & 3)
    }

    /// The largest time that falls into a bucket.
    static func microseconds(_ bucket: Int) -> Int {
        guard bucket >= 8 else { return bucket }
        let (highest, quarter) = (bucket / 4, bucket % 4)
        return (4 + quarter + 1) << (highest - 2) - 1
    }

    var isEmpty: Bool { counts.isEmpty }

    /// Half of them, nearly all, and all but the worst.
    static let shown = [50, 95, 99]

    /// So many hundredths of the runs took no longer.
    func percentile(_ hundredths: Int) -> Int? {
        let all = counts.reduce(0) { $0 + $1.count }
        guard all > 0 else { return nil }
        var left = max(1, (all * hundredths + 99) / 100)
        for (bucket, count) in counts {
            left -= count
            if left <= 0 { return RunTimes.microseconds(bucket) }
        }
        return nil
    }
}
