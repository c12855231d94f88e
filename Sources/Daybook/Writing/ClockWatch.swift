internal import DaybookModel

/// Notices when the wall clock was set forward: it has moved more than time has passed.
///
/// That it was set back shows in the log itself, to whoever writes next.
struct ClockWatch {
    /// What the wall clock was ahead of the other at the last look.
    private var lead: Int64?
    /// What it has jumped ahead by and nobody has written down yet.
    private(set) var stepMicroseconds: Int64 = 0

    mutating func look(now: Instant, elapsedNanoseconds: UInt64) {
        let lead = now.microseconds &- Int64(clamping: elapsedNanoseconds / 1_000)
        defer { self.lead = lead }
        guard let before = self.lead, lead &- before > ClockStep.noticedMicroseconds else { return }
        stepMicroseconds += lead - before
    }

    mutating func isWrittenDown() { stepMicroseconds = 0 }
}
