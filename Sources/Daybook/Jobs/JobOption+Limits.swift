extension JobOption {
    /// A run that takes longer has failed; it is cancelled, and tried again as the retry policy says.
    public static func timeout(_ timeout: Duration) -> JobOption {
        JobOption { job, _ in job.timeoutMicroseconds = UInt64(max(0, timeout.clampedMicroseconds)) }
    }

    /// Not started within this long from now, the job is cancelled instead.
    public static func expires(after delay: Duration) -> JobOption {
        JobOption { job, now in job.expires = now.advanced(microseconds: delay.clampedMicroseconds) }
    }
}
