internal import DaybookLog
public import DaybookModel

extension JobEngine {
    /// Says how many jobs of a queue, of a name or of a key may run at once, for all processes of the store and until
    /// it is said otherwise.
    ///
    ///     try await engine.limit(.keys("tenant"), to: .concurrency(4))
    ///     try await engine.limit(.key("account:7"), to: .serial)
    ///
    /// What runs already goes on.
    public func limit(_ scope: LimitScope, to limit: Limit, reason: String = "") async throws {
        try await setLimit(scope, limit, reason)
    }

    /// Takes a limit away. What waited for it is let through in turn.
    public func unlimit(_ scope: LimitScope, reason: String = "") async throws {
        try await setLimit(scope, nil, reason)
    }

    private func setLimit(_ scope: LimitScope, _ limit: Limit?, _ reason: String) async throws {
        let answer = try await perform(.limit(scope, limit, reason: reason, actor: .process(process)))
        if case .refused(let refusal) = answer { throw refusal }
    }
}
