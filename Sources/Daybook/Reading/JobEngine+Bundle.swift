internal import DaybookLog
public import DaybookModel

extension JobEngine {
    /// A job as a file: what it was given, what its runs came to, the steps that are done and everything that led to
    /// it. A test on another machine runs the job's code with it.
    ///
    ///     try Data(engine.bundle(of: job)).write(to: file)
    ///
    /// Redacted, it has neither arguments nor results, errors or log lines, only their digests.
    public func bundle(of job: JobID, redacted: Bool = false) throws -> [UInt8] {
        try BundleWriter(storage, redacted: redacted).line(of: job.rawValue, now: clock.now())
    }
}
