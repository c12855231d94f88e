extension JobOption {
    /// The names of fields in the arguments and the result that nobody is shown, whatever he may: pages, the API and
    /// the command line have a mark in their place, and so have errors and log lines that quote them. A type says it
    /// once, with ``JobArguments/secretFields``. A job can have sixteen.
    public static func secret(_ fields: String...) -> JobOption { secret(named: fields) }

    package static func secret(named fields: [String]) -> JobOption {
        JobOption { job, _ in for field in fields where !job.secret.contains(field) { job.secret.append(field) } }
    }
}
