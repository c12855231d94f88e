#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The jobs that a process can run, by name.
public struct JobRegistry: Sendable {
    /// Runs a job from its argument bytes.
    public typealias Handler = @Sendable (_ arguments: [UInt8], _ context: JobContext) async throws -> Void

    private var handlers: [String: Handler] = [:]
    private var fallback: Handler?
    var recurringJobs: [RecurringJob] = []
    /// Whose code the recurring jobs of this registry are: what of it no longer stands here is retired on open. The
    /// program's name unless said otherwise. Say it also to retire the last one.
    public var recurringSource: String?

    /// A registry that knows no job yet.
    public init() {}

    /// Lets this process run jobs of a type; their arguments are read as JSON.
    public mutating func register<J: Job>(_ type: J.Type) {
        register(type.jobName) { arguments, context in
            let job: J
            do {
                job = try JSONDecoder().decode(J.self, from: Data(arguments))
            } catch {
                // The text of a decoding error quotes the arguments, which do not belong into an error.
                throw UnreadableArguments(name: J.jobName)
            }
            let output = try J.outputCoding.encode(try await job.run(context))
            if !output.isEmpty { context.setResult(output) }
        }
    }

    /// Lets this process run jobs of a name, from their raw arguments.
    public mutating func register(_ name: String, _ handler: @escaping Handler) {
        handlers[name] = handler
    }

    /// Runs every job that no other handler is there for.
    public mutating func registerFallback(_ handler: @escaping Handler) {
        fallback = handler
    }

    func handler(for name: String) -> Handler? { handlers[name] ?? fallback }
}

/// The arguments in the log are not what the job's type expects.
struct UnreadableArguments: Error, CustomStringConvertible {
    let name: String
    var description: String { "the arguments are not what \(name) can read" }
}
