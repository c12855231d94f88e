public import DaybookModel

/// A job that is made again and again: what, when, and by which rules.
///
///     try RecurringJob("report.nightly", SendReport(to: "ada"), .daily(at: TimeOfDay(2, 30)), .zone("Europe/Berlin"))
///
/// Its id is what it is known by, whatever its job is called: history, pauses and plans stay with it when the job's
/// name, its arguments or its schedule change.
public struct RecurringJob: Sendable {
    package var set: RecurringSet
    /// What is wrong with one of the options by itself: whoever sets it throws this.
    private(set) var fault: Refusal?
    /// What it was made with by name, until it is filled with what its type says.
    private var named: (request: JobRequest, schedule: Schedule?, options: [RecurringOption])?

    /// A job whose arguments are its properties.
    public init<J: JobArguments>(_ id: String, _ job: J, _ schedule: Schedule, _ options: RecurringOption...) throws {
        self.init(id, try JobRequest(of: job, []), schedule, options)
    }

    init(_ id: String, _ request: JobRequest, _ schedule: Schedule?, _ options: [RecurringOption]) {
        self.init(id, request.name, arguments: request.arguments, schedule)
        named = nil
        fault = request.defaults.lazy.compactMap(\.fault).first
        for option in request.defaults { option.change(&set.job, .epoch) }
        // When each of its jobs runs is for the schedule to say.
        set.job.due = nil
        set.job.expires = nil
        take(options)
    }

    /// A job by name, with raw arguments. Without a schedule it is started by hand.
    ///
    /// If a type of that name is registered where it is set, all that it says holds as for a typed job: its options,
    /// its secret fields, and its newest version of arguments.
    public init(
        _ id: String, _ name: String, arguments: [UInt8], _ schedule: Schedule?, _ options: [RecurringOption] = []
    ) {
        set = RecurringSet(
            id: id, job: Created(name: name, queue: "default", attempts: 11, salt: 0, arguments: arguments))
        set.schedule = schedule?.description
        set.isManual = schedule == nil
        take(options)
        named = (JobRequest(name, arguments: arguments), schedule, options)
    }

    /// The same with what its type says, where it was made by name.
    package func filled(by engine: JobEngine) -> RecurringJob { filled(from: engine.registry.types) }

    func filled(from types: [String: RegisteredType]) -> RecurringJob {
        guard let named, types[named.request.name] != nil else { return self }
        var filled = RecurringJob(set.id, named.request.filled(from: types), named.schedule, named.options)
        filled.set.broken = set.broken
        return filled
    }

    private mutating func take(_ options: [RecurringOption]) {
        for option in options {
            option.change(&set)
            fault = fault ?? option.fault
        }
    }
}

extension JobRegistry {
    /// Makes a job recur for as long as it stands here. On open it is entered in the store, or changed there if it
    /// stands differently; what no longer stands here is retired, with its history, which comes back with it. Neither
    /// makes it fire. What people have made or changed is left alone.
    ///
    ///     registry.recurring("report.nightly", SendReport(to: "ada"), .daily(at: TimeOfDay(2, 30)))
    public mutating func recurring<J: JobArguments>(
        _ id: String, _ job: J, _ schedule: Schedule, _ options: RecurringOption...
    ) {
        var recurring: RecurringJob
        do {
            recurring = RecurringJob(id, try JobRequest(of: job, []), schedule, options)
        } catch {
            recurring = RecurringJob(id, J.jobName, arguments: [], schedule, options)
            recurring.set.broken = "Its arguments cannot be written as JSON."
        }
        self.recurring(recurring)
    }

    /// The same for one that was made before.
    public mutating func recurring(_ job: RecurringJob) {
        recurringJobs.append(job)
    }
}
