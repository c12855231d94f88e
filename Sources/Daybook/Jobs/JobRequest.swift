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

    /// A job whose arguments are its properties.
    public init<J: Job>(_ job: J, _ options: JobOption...) throws {
        self.init(J.jobName, arguments: try JSON.encode(job), options)
    }

    /// A job by name, with raw arguments.
    public init(_ name: String, arguments: [UInt8], _ options: [JobOption] = []) {
        self.name = name
        self.arguments = arguments
        self.options = options
    }
}
