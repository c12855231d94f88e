import Daybook
import DaybookModel

@testable import DaybookDashboard

/// A store with users in which something has happened, so that every page has something to show.
struct PageStore {
    let store: TestStore
    let tokens: [String: String]
    var engine: JobEngine { store.engine }

    init(_ change: (inout DashboardOptions) throws -> Void = { _ in }) throws {
        (store, tokens) = try TestStore.withUsers(change)
    }

    func page(_ target: String, as role: String = "operator") async throws -> DashboardResponse {
        guard let token = tokens[role] else { throw RouteFailure.notFound }
        return await store.ask(
            "GET", target, [("authorization", "Bearer \(token)"), ("accept", "text/html")], isLocal: false)
    }

    /// A form that is sent with a token instead of a session.
    func post(
        _ target: String, _ fields: [(String, String)] = [], as role: String = "operator"
    ) async throws -> DashboardResponse {
        guard let token = tokens[role] else { throw RouteFailure.notFound }
        return await store.ask(
            "POST", target,
            [
                ("authorization", "Bearer \(token)"), ("accept", "text/html"),
                ("content-type", "application/x-www-form-urlencoded"),
            ], PageStore.form(fields), isLocal: false)
    }

    static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\($0.0)=\(PercentCoding.encoded($0.1))" }.joined(separator: "&")
    }

    @discardableResult
    func enqueue(_ name: String, _ arguments: String = "{}", _ options: JobOption...) async throws -> SequenceNumber {
        try await engine.enqueue(name, arguments: Array(arguments.utf8), options).id.rawValue
    }

    /// Claims the next job and ends its run in this way.
    @discardableResult
    func run(
        queue: String, _ outcome: (SequenceNumber, SequenceNumber) -> Outcome
    ) async throws -> SequenceNumber? {
        let claim = Claim(process: engine.process, worker: 1, queues: [queue], slots: 1)
        guard case .claimed(let claimed) = try await engine.perform(.claim(claim)), let first = claimed.first else {
            return nil
        }
        let actor = Actor.process(engine.process, worker: 1)
        _ = try await engine.perform(
            .finish(job: first.job, token: first.token, outcome(first.job, first.token), actor: actor))
        return first.job
    }

    func fail(queue: String, _ error: String, type: String = "Trouble") async throws -> SequenceNumber? {
        try await run(queue: queue) { _, _ in
            .failed(
                Box(
                    Outcome.Failure(
                        errorType: type, error: error, ranMicroseconds: 1_500, salt: 1, random: 1, isFinal: true)))
        }
    }

    func succeed(queue: String, result: String = "\"fine\"") async throws -> SequenceNumber? {
        try await run(queue: queue) { _, _ in
            .succeeded(Succeeded(ranMicroseconds: 1_500, salt: 1, result: Array(result.utf8)))
        }
    }

    func close() async throws { try await store.close() }
}
