internal import DaybookModel

/// A job with its options, on its way into the log together with others.
///
///     try await engine.enqueue([
///         JobRequest(ChargeCard(order: 7), .queue("billing")),
///         JobRequest(SendReceipt(order: 7), .delay(.seconds(60))),
///     ])
public struct JobRequest: Sendable {
    let name: String
    let arguments: [UInt8]
    let options: [JobOption]
    /// Those of its type.
    private(set) var defaults: [JobOption]

    /// A job whose arguments are its properties.
    public init<J: JobArguments>(_ job: J, _ options: JobOption...) throws {
        try self.init(of: job, options)
    }

    package init<J: JobArguments>(of job: J, _ options: [JobOption]) throws {
        name = J.jobName
        arguments = try JSON.encode(job)
        self.options = options
        defaults = JobRequest.defaults(of: J.self)
    }

    static func defaults<J: JobArguments>(of type: J.Type) -> [JobOption] {
        var defaults = J.options
        if J.jobVersion > 1 { defaults.insert(.argumentsVersion(J.jobVersion), at: 0) }
        // In one order, so that the same job is the same bytes.
        if !J.secretFields.isEmpty { defaults.append(.secret(named: J.secretFields.sorted())) }
        return defaults
    }

    /// A job by name, with raw arguments.
    public init(_ name: String, arguments: [UInt8], _ options: [JobOption] = []) {
        self.name = name
        self.arguments = arguments
        self.options = options
        defaults = []
    }

    /// The same with what its type says, where it was asked for by name.
    func filled(from types: [String: RegisteredType]) -> JobRequest {
        guard !types.isEmpty, defaults.isEmpty, let type = types[name] else { return self }
        var request = self
        request.defaults = type.defaults
        return request
    }

    /// What the caller says and nothing else, to be held against what the log has.
    package var said: Created {
        var said = Created(name: name, arguments: arguments, salt: 0, actor: .system)
        for option in options { option.change(&said, .epoch) }
        return said
    }

    /// What the type says, then what a running job hands down, then what the caller says.
    func created(
        salt: UInt64, actor: Actor, parent: Box<Created>?, now: Instant, _ limits: PayloadLimits
    ) throws(Refusal) -> Box<Created> {
        for option in defaults + options { if let fault = option.fault { throw fault } }
        try limits.checkArguments(arguments.count)
        return Box(Created(name: name, arguments: arguments, salt: salt, actor: actor)) { created in
            for option in defaults { option.change(&created, now) }
            if let parent { created.inherit(from: parent) }
            for option in options { option.change(&created, now) }
            // What is long past needs no year of its own.
            created.due = created.due.map { max($0, .epoch) }
            created.expires = created.expires.map { max($0, .epoch) }
        }
    }
}
