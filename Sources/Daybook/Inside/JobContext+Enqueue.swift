internal import DaybookModel

/// Further jobs that come into being with this one's success.
extension JobContext {
    /// Enqueues a job that is there once this run has succeeded, in the same commit as its success; if the run comes to
    /// anything else, the job never was.
    ///
    ///     try context.enqueue(SendReceipt(order: order), .queue("mail"))
    ///
    /// It inherits this job's tenant and metadata where the options say nothing else; middleware does not see it on
    /// its way in. One run can enqueue 10,000 jobs with 4 MB of arguments. What is wrong with a job is thrown here.
    public func enqueue<J: JobArguments>(_ job: J, _ options: JobOption...) throws {
        try add(JobRequest(of: job, options))
    }

    /// Enqueues a job by name, with raw arguments; it is there once this run has succeeded. If a type of that name is
    /// registered here, all that it says holds as for a typed job.
    public func enqueue(_ name: String, arguments: [UInt8], _ options: [JobOption] = []) throws {
        try add(JobRequest(name, arguments: arguments, options))
    }

    private func add(_ request: JobRequest) throws {
        guard request.options.conflict ?? .existing == .existing else {
            throw Refusal(
                .badOption, "For a further job the one that has the key answers; leave out what to do on a conflict.")
        }
        let created = try request.filled(from: notes.desk.types).created(
            salt: try notes.desk.random.next(), actor: notes.run.actor, parent: notes.started.job.created,
            now: notes.desk.clock.now(), notes.desk.limits)
        try notes.add(created)
    }
}

extension Created {
    /// A job as it is unless its options say otherwise.
    init(name: String, arguments: [UInt8], salt: UInt64, actor: Actor) {
        self.init(name: name, queue: "default", attempts: 11, salt: salt, arguments: arguments)
        self.actor = actor
    }
}
