import CDaybookPlatform

/// What one run of one side gave.
struct Sample {
    /// The number of the table, in the measurement's unit.
    var value: Double
    /// How long each commit or call took, if that was kept.
    var latencies: [UInt64] = []

    /// A sample whose number is operations per second.
    static func perSecond(operations: Int, elapsedNanoseconds: UInt64, latencies: [UInt64] = []) -> Sample {
        Sample(value: Double(operations) * 1e9 / Double(max(elapsedNanoseconds, 1)), latencies: latencies)
    }

    /// A sample whose number is the median of its latencies, in microseconds.
    static func median(of latencies: [UInt64]) -> Sample {
        Sample(value: latencies.percentile(50) / 1000, latencies: latencies)
    }
}

/// Runs `body` and says how many of `operations` that was a second.
func timed(operations: Int, _ body: () async throws -> Void) async rethrows -> Sample {
    let began = daybook_monotonic_nanoseconds()
    try await body()
    return .perSecond(operations: operations, elapsedNanoseconds: daybook_monotonic_nanoseconds() - began)
}

/// The same where nothing is waited for.
func timedNow(operations: Int, _ body: () throws -> Void) rethrows -> Sample {
    let began = daybook_monotonic_nanoseconds()
    try body()
    return .perSecond(operations: operations, elapsedNanoseconds: daybook_monotonic_nanoseconds() - began)
}
