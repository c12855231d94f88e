public import DaybookModel

/// What a run says of itself, for people: it can be read while the run goes on, and stays with the job.
extension JobContext {
    /// Keeps a line with the run, with level and time.
    ///
    ///     context.log(.warning, "no address for \(customer), skipped")
    ///
    /// Lines are written about once a second, and what is left with the run's end. Of a line 16 KB are kept and of
    /// a run 1 MB; what is cut has a mark.
    public func log(_ level: LogLine.Level, _ text: String) {
        notes.log(level, text)
    }

    /// The same for a line that is just worth knowing.
    public func log(_ text: String) { log(.info, text) }

    /// Says how far the run has come, from 0 to 1, and in words. Say it as often as you like: at most once a second
    /// the latest is written, and the last one with the run's end.
    public func progress(_ fraction: Double, _ text: String = "") {
        notes.progress(fraction, text)
    }

    /// Counts something; the sums are kept with the run's end, however it ends. See ``Counter``.
    public func count(_ counter: Counter, by step: Int = 1) {
        notes.count(counter, by: step)
    }

    /// Keeps a value with the run's end, however it ends, as JSON of at most 64 KB. The last one counts.
    public func setStatistics(_ statistics: some Encodable & Sendable) throws {
        try notes.setStatistics(try JSON.encode(statistics))
    }
}
