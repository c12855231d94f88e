/// When a wall clock counts as having been set.
package enum ClockStep {
    /// Less than this is the ordinary disagreement of clocks and is not written down.
    package static let noticedMicroseconds: Int64 = 1_000_000
}
