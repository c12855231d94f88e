extension JobOption {
    /// A key that limits may be about, such as `customer:7`; the job's tenant gives `tenant:ID` by itself. A job can
    /// have eight of them.
    public static func limitKey(_ key: String) -> JobOption { JobOption { job, _ in job.limitKeys.append(key) } }
}
