/// How many jobs of a scope may run at once, how many may be started in a time, how many turns it has beside others, or
/// several of these.
public struct Limit: Equatable, Sendable {
    /// So many at once, at least 1; nil for any number.
    public var concurrency: Int?
    /// Whether a job keeps its slot from its first run until it has finished, over waits for further runs, so that with
    /// a concurrency of 1 each begins only when the one before it is over.
    public var keepsOrder: Bool
    /// So many starts in so much time; nil for any number.
    public var rate: Rate?
    /// So many turns while others have one, at least 1; nil for one.
    public var weight: Int?

    /// So many starts in so much time.
    public struct Rate: Equatable, Sendable {
        /// Which stretches of time are looked at.
        public enum Window: Sendable {
            /// Those between full multiples of the time, counted from 1970 in UTC: minutes, hours, days. Around a
            /// boundary twice as many may start within a short while.
            case fixed
            /// All of that length, wherever they begin. Looked at in sixteenths, so that a start may come up to a
            /// sixteenth later than it could, and never earlier.
            case sliding
        }

        /// So many, at least 1.
        public var count: Int
        /// The length of the window.
        public var microseconds: Int64
        /// How windows follow each other.
        public var window: Window

        package init(count: Int, microseconds: Int64, window: Window) {
            self.count = count
            self.microseconds = microseconds
            self.window = window
        }
    }

    /// So many at once, in no strict order.
    public static func concurrency(_ count: Int) -> Limit { Limit(concurrency: count, keepsOrder: false) }

    /// One after the other, in the order in which they were enqueued.
    public static let serial = Limit(concurrency: 1, keepsOrder: true)

    /// So many starts in so much time, each run counted.
    public static func rate(_ count: Int, per time: Duration, _ window: Rate.Window = .fixed) -> Limit {
        Limit(concurrency: nil, keepsOrder: false).rate(count, per: time, window)
    }

    /// The same, and no more than so many starts in so much time.
    public func rate(_ count: Int, per time: Duration, _ window: Rate.Window = .fixed) -> Limit {
        var limit = self
        limit.rate = Rate(count: count, microseconds: Rate.length(of: time), window: window)
        return limit
    }

    /// So many turns while keys without a weight have one each, and any number at once.
    ///
    ///     try await engine.limit(.keys("tenant"), to: .weight(1))
    ///     try await engine.limit(.key("tenant:acme"), to: .concurrency(8).weight(3))
    public static func weight(_ turns: Int) -> Limit { Limit(concurrency: nil, keepsOrder: false, weight: turns) }

    /// The same, with so many turns while keys without a weight have one each.
    public func weight(_ turns: Int) -> Limit {
        var limit = self
        limit.weight = turns
        return limit
    }

    package init(concurrency: Int?, keepsOrder: Bool, rate: Rate? = nil, weight: Int? = nil) {
        self.concurrency = concurrency
        self.keepsOrder = keepsOrder
        self.rate = rate
        self.weight = weight
    }

    /// Whether it says nothing.
    package var isEmpty: Bool { concurrency == nil && rate == nil && weight == nil }
}

extension Limit.Rate {
    fileprivate static func length(of time: Duration) -> Int64 {
        let (seconds, attoseconds) = time.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? .max : whole.addingReportingOverflow(attoseconds / 1_000_000_000_000).partialValue
    }

    /// A sliding window is looked at in so many parts.
    private static let parts: Int64 = 16

    /// How many buckets are counted: of a sliding window one more than it has parts, because the oldest may lie in it
    /// by half.
    var buckets: Int64 { window == .fixed ? 1 : Limit.Rate.parts + 1 }

    var bucketMicroseconds: Int64 {
        window == .fixed ? microseconds : max(1, (microseconds - 1) / Limit.Rate.parts + 1)
    }

    func bucket(of instant: Instant) -> Int64 { RateState.bucket(of: instant, bucketMicroseconds) }
}

extension Limit {
    /// As people say it.
    package var words: String {
        var words: [String] = []
        if keepsOrder {
            words.append("one after the other, in order")
        } else if let concurrency {
            words.append("\(concurrency) at once")
        }
        if let rate { words.append("\(rate.count) in \(rate.windowWords)") }
        if let weight { words.append("weight \(weight)") }
        return words.joined(separator: ", ")
    }
}

extension Limit.Rate {
    fileprivate var windowWords: String {
        let time = Interval.words(Int(microseconds))
        let each = time.first?.isNumber == true ? time : "one \(time)"
        return window == .sliding ? "any \(time)" : each
    }
}
