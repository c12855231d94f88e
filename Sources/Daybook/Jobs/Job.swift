/// Work to be done later, as a value: its properties are its arguments, `run` is what happens.
///
///     struct SendMail: Job {
///         static let jobName = "mail.send"
///         var to: String
///
///         func run(_ context: JobContext) async throws {
///             try await mailer.send(to: to)
///         }
///     }
///
/// It runs at least once and succeeds once. A run that throws is tried again as the job's retry policy says, so
/// make `run` safe to repeat. What `run` returns is kept with the success, and ``JobHandle/result()`` gives it to
/// whoever waits for it.
public protocol Job: JobArguments {
    /// What `run` returns; nothing, if it returns nothing.
    associatedtype Output = Void

    /// Does the work.
    func run(_ context: JobContext) async throws -> Output
}

/// How a run can end other than by returning or by failing. Throw one.
public enum JobOutcome: Error, Sendable, Equatable {
    /// Not now: run again after this long. No attempt is burnt.
    case snooze(Duration)
    /// No longer wanted.
    case cancel(reason: String)
    /// Failed, and another run would be no better.
    case stop(reason: String)
}
