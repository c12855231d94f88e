public import DaybookModel

extension JobContext {
    /// What time it is. In a test or a simulation that is virtual time; jobs that ask here can be tested.
    public var now: Instant { notes.desk.clock.now() }

    /// Waits. In a test or a simulation no real time passes. Throws `CancellationError` when the run is to end early.
    public func sleep(for duration: Duration) async throws {
        try await notes.desk.clock.pause(duration)
    }
}
