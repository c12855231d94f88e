public import DaybookLog

/// Checkpoints that an engine writes by itself.
struct CheckpointPlan: Sendable {
    let everyNanoseconds: UInt64
    let path: String
    let key: CheckpointKey?
    let whenFailing: @Sendable (any Error) -> Void
}

extension EngineOptions {
    /// Writes how far the log has come to a file outside the store, a line each time: when the engine opens, every so
    /// often while the log grows, and when it is closed. What is in the log by then can later not be cut off, put back
    /// from an older copy or rewritten without `daybook log verify --checkpoint` seeing it.
    ///
    ///     options.checkpoints(every: .seconds(3_600), to: "/mnt/safe/checkpoints", signedBy: try .file("key.pem"))
    ///
    /// Keep the file where whoever can write the store cannot: another disk, another machine, a medium that only takes
    /// additions. A checkpoint that cannot be written is told to `whenFailing` and tried again the next time; the work
    /// goes on.
    public mutating func checkpoints(
        every interval: Duration, to path: String, signedBy key: CheckpointKey? = nil,
        whenFailing: @escaping @Sendable (any Error) -> Void = { _ in }
    ) {
        let microseconds = UInt64(max(1_000_000, min(interval.clampedMicroseconds, .max / 1_000)))
        checkpointPlan = CheckpointPlan(
            everyNanoseconds: microseconds * 1_000, path: path, key: key, whenFailing: whenFailing)
    }
}

extension JobEngine {
    /// The file that this engine writes checkpoints to, if it does.
    package var checkpointPath: String? { writer.checkpointPlan?.path }
}
