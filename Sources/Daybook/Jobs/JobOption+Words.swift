extension JobOption {
    /// A small text that travels with the job, and to the jobs that it enqueues: a trace, a locale, who asked. At most
    /// 32 of them, and 8 KB with their keys, which are names.
    public static func metadata(_ key: String, _ value: String) -> JobOption {
        JobOption { job, _ in job.setMetadata(key, value) }
    }

    /// How the job is called where people see it. It may quote the arguments by key, `Invoice {number}`, or the
    /// elements of an array by place, `Invoice {0}`. It is put together when it is shown; at most 256 bytes.
    public static func displayName(_ pattern: String) -> JobOption { JobOption { job, _ in job.display = pattern } }

    /// Which form raw arguments have; see ``JobArguments/jobVersion``.
    public static func argumentsVersion(_ version: Int) -> JobOption {
        guard version >= 1 else {
            return JobOption(fault: Refusal(.badOption, "\(version) is no version of arguments: give 1 to 65535."))
        }
        return JobOption { job, _ in job.argumentsVersion = UInt64(version) }
    }
}
