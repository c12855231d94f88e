internal import CDaybookPlatform

/// The clock that no one can set and that stands still while the machine is suspended.
enum MonotonicClock {
    static var nowNanoseconds: UInt64 { daybook_monotonic_nanoseconds() }
}
