/// What a run needs besides its arguments, made afresh for it and taken down when it has ended, however it ended: a
/// connection, a transaction, a folder.
///
///     let database = JobScope { _ in
///         try await pool.begin()
///     } end: { transaction, error in
///         if error == nil { try await transaction.commit() } else { await transaction.rollBack() }
///     }
///
/// `end` gets the error that the run ended with, or nil. If `end` itself throws after a good run, the run has failed
/// with that; after a bad one, the run's own error stands. A run that was cancelled runs `end` in a cancelled task.
public struct JobScope<Value>: Sendable {
    let begin: @Sendable (JobContext) async throws -> Value
    let end: @Sendable (Value, (any Error)?) async throws -> Void

    /// A scope that is made by `begin` and taken down by `end`.
    public init(
        begin: @escaping @Sendable (JobContext) async throws -> Value,
        end: @escaping @Sendable (Value, (any Error)?) async throws -> Void = { _, _ in }
    ) {
        self.begin = begin
        self.end = end
    }

    func with<R>(_ context: JobContext, _ body: (Value) async throws -> R) async throws -> R {
        let value = try await begin(context)
        let result: R
        do {
            result = try await body(value)
        } catch {
            try? await end(value, error)
            throw error
        }
        try await end(value, nil)
        return result
    }
}
