internal import Daybook

/// Gives a follower a moment to see what was committed last: a page is loaded anew at once when something has happened,
/// and would show what was before.
enum CatchingUp {
    private static let patience: Duration = .milliseconds(500)
    /// A follower that lags by more is busy with the past, and is not waited for.
    private static let eventsBehindMax: UInt64 = 10_000

    /// Whether there are rows to look at.
    static func isThere<F: Follower>(_ follower: F.Type, _ engine: JobEngine) async throws -> Bool {
        if let behind = eventsBehind(follower, engine), behind == 0 || behind > eventsBehindMax { return true }
        let last = try engine.lastEvent
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        Task {  // tidy: ends when the follower is there or the engine closes
            try? await engine.wait(for: follower, through: last)
            continuation.yield()
        }
        let clock = Task {  // tidy: ends with the question
            try? await Task.sleep(for: patience)
            continuation.yield()
        }
        var all = signals.makeAsyncIterator()
        _ = await all.next(isolation: nil)
        clock.cancel()
        return eventsBehind(follower, engine) != nil
    }

    /// Nil while nobody has begun to build its rows.
    private static func eventsBehind<F: Follower>(_ follower: F.Type, _ engine: JobEngine) -> UInt64? {
        try? engine.view(of: follower) { $0.eventsBehind }
    }
}
