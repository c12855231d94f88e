/// How long a job waits between its runs.
///
/// A policy writes itself as a short text, which is what stands in the job's first event, so a retry is decided
/// years later by what was asked for then.
public struct RetryPolicy: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case hangfire
        case fixed([Int64])
        case exponential(first: Int64, factor: Double, cap: Int64, jitter: Double)
    }

    package let kind: Kind
    /// After this long since the job could first run there is no further one.
    package let total: Int64?

    /// Hangfire's: `(n−1)⁴ + 15 + r·n` seconds before retry n, r drawn from 0…29.
    public static let hangfire = RetryPolicy(kind: .hangfire, total: nil)

    /// ABP's: a minute, doubled each time, for two days in all. That is twelve runs, one more than jobs have unless
    /// they say otherwise: `[.retry(.abp), .attempts(12)]`.
    public static let abp = RetryPolicy(
        kind: .exponential(first: 60_000_000, factor: 2, cap: .max, jitter: 0), total: 172_800_000_000)

    /// These delays in turn; the last one repeats. Negative ones are none.
    public static func fixed(_ delays: Duration...) -> RetryPolicy {
        RetryPolicy(kind: .fixed(delays.isEmpty ? [0] : delays.map { max(0, $0.clampedMicroseconds) }), total: nil)
    }

    /// `first`, then `factor` times as long each time, never longer than `cap`; spread by `jitter` (0…1) to either
    /// side, up to `cap`. After `total` there is no further run, whatever its attempts. That counts from the job's
    /// creation, or from the instant that its delay or somebody who reschedules it says, and anew when it is requeued.
    public static func exponential(
        first: Duration = .seconds(1), factor: Double = 2, cap: Duration = .seconds(3600), jitter: Double = 0.1,
        total: Duration? = nil
    ) -> RetryPolicy {
        RetryPolicy(
            kind: .exponential(
                first: max(0, first.clampedMicroseconds), factor: bounded(factor, 1...factorMax),
                cap: max(0, cap.clampedMicroseconds), jitter: bounded(jitter, 0...1)),
            total: total?.clampedMicroseconds)
    }

    private static let factorMax = 1e6

    /// What is no number is the least.
    private static func bounded(_ value: Double, _ range: ClosedRange<Double>) -> Double {
        value.isNaN ? range.lowerBound : min(max(value, range.lowerBound), range.upperBound)
    }

    /// The delay before retry number `retry` (from 1), in microseconds. `random` is the caller's draw.
    package func delayMicroseconds(retry: Int, random: UInt64) -> Int64 {
        let retry = max(1, retry)
        switch kind {
        case .hangfire:
            let steps = Double(retry - 1)
            let seconds = (steps * steps * steps * steps).rounded() + 15 + Double(random % 30) * Double(retry)
            return Int64(min(seconds, 1e9)) * 1_000_000
        case .fixed(let delays):
            return delays[min(retry, delays.count) - 1]
        case .exponential(let first, let factor, let cap, let jitter):
            var delay = Double(first)
            for _ in 1..<retry where delay < Double(cap) { delay *= factor }
            delay = min(delay, Double(cap))
            let draw = Double(random >> 11) / Double(1 << 53)  // 0 ..< 1
            delay *= 1 + jitter * (2 * draw - 1)
            return Int64(min(max(delay, 0), Double(cap), 1e17))
        }
    }

    /// Whether a run at `instant` would still be within the total time of a job that began at `began`.
    package func allows(_ instant: Instant, since began: Instant) -> Bool {
        guard let total else { return true }
        return instant <= began.advanced(microseconds: total)
    }
}

extension RetryPolicy: CustomStringConvertible {
    /// The form in which the policy stands in the log.
    public var description: String {
        var text: String
        switch kind {
        case .hangfire: text = "hangfire"
        case .fixed(let delays): text = "fixed:" + delays.map(String.init).joined(separator: ",")
        case .exponential(let first, let factor, let cap, let jitter):
            text = "exponential:\(first),\(factor),\(cap),\(jitter)"
        }
        if let total { text += ";total=\(total)" }
        return text
    }

    /// Reads what `description` wrote.
    public init?(_ text: String) {
        let parts = text.split(separator: ";", maxSplits: 1)
        guard let head = parts.first else { return nil }
        var total: Int64?
        if parts.count == 2 {
            guard parts[1].hasPrefix("total="), let value = Int64(parts[1].dropFirst(6)) else { return nil }
            total = value
        }
        let pair = head.split(separator: ":", maxSplits: 1)
        let values = pair.count == 2 ? pair[1].split(separator: ",") : []
        switch pair[0] {
        case "hangfire" where pair.count == 1:
            self.init(kind: .hangfire, total: total)
        case "fixed":
            let delays = values.compactMap { Int64($0) }
            guard !delays.isEmpty, delays.count == values.count, delays.allSatisfy({ $0 >= 0 }) else { return nil }
            self.init(kind: .fixed(delays), total: total)
        case "exponential":
            guard values.count == 4, let first = Int64(values[0]), let factor = Double(values[1]),
                let cap = Int64(values[2]), let jitter = Double(values[3]),
                first >= 0, cap >= 0, (1...RetryPolicy.factorMax).contains(factor), (0...1).contains(jitter)
            else { return nil }
            self.init(kind: .exponential(first: first, factor: factor, cap: cap, jitter: jitter), total: total)
        default: return nil
        }
    }
}

extension Duration {
    /// Rounded towards zero; what does not fit is the largest there is.
    package var clampedMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, wraps) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        guard !overflow, !wraps else { return seconds < 0 ? .min : .max }
        return sum
    }
}
