internal import DaybookModel

/// The jobs that a process can run, by name and by the versions of their arguments.
///
/// A process announces them when it opens the store, and is given no others. A job that no process can run is parked,
/// and goes on as soon as one comes that can. What is wrong with a registration is told by
/// ``JobEngine/open(_:program:options:_:)``.
public struct JobRegistry: Sendable {
    /// Runs a job from its argument bytes.
    public typealias Handler = @Sendable (_ arguments: [UInt8], _ context: JobContext) async throws -> Void

    private struct Entry: Sendable {
        let versions: ClosedRange<Int>
        let run: Handler
    }

    private var entries: [String: Entry] = [:]
    /// What the types say of jobs that are made by name.
    private(set) var types: [String: RegisteredType] = [:]
    private var fallback: Handler?
    private var faults: [RegistrationFault] = []
    var recurringJobs: [RecurringJob] = []
    /// Whose code the recurring jobs of this registry are: what of it no longer stands here is retired on open. The
    /// program's name unless said otherwise. Say it also to retire the last one.
    public var recurringSource: String?

    /// A registry that knows no job yet.
    public init() {}

    /// Lets this process run jobs of a type that says itself how; their arguments are read as JSON.
    public mutating func register<J: Job>(_ type: J.Type) {
        register(type) { job, context in try await job.run(context) }
    }

    /// Lets this process run jobs of a type that is shared with callers who do not know how.
    public mutating func register<J: JobArguments>(
        _ type: J.Type, _ run: @escaping @Sendable (J, JobContext) async throws -> J.Output
    ) {
        let reader: ArgumentsReader<J>
        do throws(RegistrationFault) {
            reader = try ArgumentsReader()
            types[J.jobName] = try RegisteredType(J.self)
        } catch {
            faults.append(error.of(J.jobName))
            return
        }
        add(J.jobName, reader.versions) { arguments, context in
            let job = try reader.read(arguments, version: context.argumentsVersion)
            let output = try J.outputCoding.bytes(of: try await run(job, context), "The result of \(J.jobName)")
            if !output.isEmpty { context.setResult(output) }
        }
    }

    /// The same with a scope of its own for each run, see ``JobScope``.
    public mutating func register<J: JobArguments, Value>(
        _ type: J.Type, in scope: JobScope<Value>,
        _ run: @escaping @Sendable (J, Value, JobContext) async throws -> J.Output
    ) {
        register(type) { job, context in try await scope.with(context) { try await run(job, $0, context) } }
    }

    /// Lets this process run jobs of a name, from their raw arguments: of all versions, or of some. The handler finds
    /// the version in ``JobContext/argumentsVersion``.
    public mutating func register(
        _ name: String, versions: ClosedRange<Int> = 1...Int(UInt16.max), _ handler: @escaping Handler
    ) {
        add(name, versions, handler)
    }

    /// Runs every job that no other handler is there for.
    public mutating func registerFallback(_ handler: @escaping Handler) {
        if fallback != nil { faults.append(RegistrationFault("A fallback was registered twice; keep one of them.")) }
        fallback = handler
    }

    private mutating func add(_ name: String, _ versions: ClosedRange<Int>, _ run: @escaping Handler) {
        guard Name.isValid(name) else {
            faults.append(RegistrationFault(Refusal.badName("name under which a job was registered", name).description))
            return
        }
        guard versions.lowerBound >= 1, versions.upperBound <= RegistrationFault.versionMax else {
            faults.append(
                RegistrationFault("its versions are not within 1 to \(RegistrationFault.versionMax)").of(name))
            return
        }
        guard entries.updateValue(Entry(versions: versions, run: run), forKey: name) == nil else {
            faults.append(RegistrationFault("it was registered twice; keep one of the two").of(name))
            return
        }
    }

    func check() throws {
        guard faults.isEmpty else { throw RegistrationError(faults: faults) }
    }

    /// What runs a job with arguments of a version; nil if nothing here does.
    func handler(for name: String, version: Int) -> Handler? {
        if let entry = entries[name], entry.versions.contains(version) { return entry.run }
        return fallback
    }

    var names: [String] { entries.keys.sorted() }

    var runnable: Runnable {
        if fallback != nil { return .everything }
        return entries.reduce(into: Runnable.nothing) { $0.add($1.key, $1.value.versions) }
    }
}
