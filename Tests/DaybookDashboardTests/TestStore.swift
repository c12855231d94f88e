import Daybook
import DaybookLog
import DaybookModel
import Foundation
import Synchronization

@testable import DaybookDashboard

/// A store in a folder of its own with a dashboard on it, and a clock that the test can move on.
final class TestStore: Sendable {
    let folder: String
    let engine: JobEngine
    let dashboard: Dashboard
    let clock = TestClock()

    static let users = ["viewer", "operator", "admin", "worker"]

    init(
        encryption: Encryption? = nil, _ change: (inout DashboardOptions) throws -> Void = { _ in },
        engine changeEngine: (inout EngineOptions) -> Void = { _ in }, register: (inout JobRegistry) -> Void = { _ in }
    ) throws {
        folder = NSTemporaryDirectory() + "daybook-dashboard-\(UUID().uuidString)"
        var engineOptions = EngineOptions()
        // Very many of them are open at once.
        engineOptions.addressSpaceBytes = 1 << 30
        engineOptions.encryption = encryption
        changeEngine(&engineOptions)
        engine = try JobEngine.open(folder, options: engineOptions) { registry in
            registry.register("nothing") { _, _ in }
            register(&registry)
        }
        var options = DashboardOptions()
        try change(&options)
        let random = try HostFacts.real()
        do {
            dashboard = try Dashboard(
                engine, options, now: { [clock] in clock.withLock { $0 } }, random: random.randomBytes)
        } catch {
            // Nobody will close what was refused.
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
    }

    /// A clock that the test moves on.
    final class TestClock: Sendable {
        private let now = Mutex(Instant(microseconds: 1_900_000_000_000_000))

        func withLock<R: Sendable>(_ body: (inout Instant) -> R) -> R { now.withLock { body(&$0) } }
    }

    func close() async throws {
        await dashboard.stop()
        try await engine.close()
        try FileManager.default.removeItem(atPath: folder)
    }

    /// One dashboard with a user of each role and a token of each, as `ROLE-token`.
    static func withUsers(_ change: (inout DashboardOptions) throws -> Void = { _ in }) throws -> (
        TestStore, [String: String]
    ) {
        let users = try madeUsers.get()
        let path = NSTemporaryDirectory() + "daybook-auth-\(UUID().uuidString).json"
        defer { unlink(path) }
        guard
            FileManager.default.createFile(
                atPath: path, contents: users.file, attributes: [.posixPermissions: 0o600])
        else { throw POSIXError(.EIO) }
        let file = try AuthFile(path)
        let store = try TestStore { options in
            options.access = .file(file)
            try change(&options)
        }
        return (store, users.tokens)
    }

    /// Made once: what makes guessing a password slow makes this slow, too.
    private static let madeUsers = Result { () throws -> (file: Data, tokens: [String: String]) in
        let path = NSTemporaryDirectory() + "daybook-auth-\(UUID().uuidString).json"
        defer { unlink(path) }
        let random = try HostFacts.real().randomBytes
        let editor = AuthFileEditor(path, random: { try random($0) })
        var tokens: [String: String] = [:]
        try editor.setUser("ann", password: "correct horse", roles: ["operator"], tenant: nil)
        for role in users { tokens[role] = try editor.addToken(role, roles: [role], tenant: nil, expires: nil) }
        // Reads the log, and nobody's arguments.
        tokens["auditor"] = try editor.addToken("auditor", roles: ["viewer", "log.read"], tenant: nil, expires: nil)
        tokens["tenant"] = try editor.addToken("tina", roles: ["admin"], tenant: "blue", expires: nil)
        return (try Data(contentsOf: URL(fileURLWithPath: path)), tokens)
    }

    func ask(
        _ method: String, _ target: String, _ fields: [(String, String)] = [], _ body: String = "",
        host: String = "localhost", isLocal: Bool = true
    ) async -> DashboardResponse {
        let response = await dashboard.respond(
            to: DashboardRequest(
                method: method, target: target,
                fields: [HTTPField("host", host)] + fields.map { HTTPField($0.0, $0.1) }, body: Array(body.utf8),
                source: isLocal ? "127.0.0.1" : "192.0.2.7", isFromLoopback: isLocal))
        AnswerCheck.check(response, to: method, target, dashboard.table)
        return response
    }

    /// What a browser sends that has this session.
    func cookie(_ number: String) -> String {
        let request = DashboardRequest(method: "GET", target: "/")
        return String(dashboard.cookie(for: request).field(number).value.prefix { $0 != ";" })
    }

    /// As a program with a token, in JSON.
    func call(_ token: String, _ method: String, _ target: String, _ body: String = "") async -> DashboardResponse {
        var fields = [("authorization", "Bearer \(token)")]
        if !body.isEmpty { fields.append(("content-type", "application/json")) }
        return await ask(method, target, fields, body)
    }

    /// All events of a kind.
    func events(_ kind: EventKind) throws -> [Event] {
        try engine.read { log in
            var found: [Event] = []
            try log.events(from: 1) { sequence, value in
                let event = try Event(value, at: sequence)
                if event.body.kind == kind.rawValue { found.append(event) }
                return true
            }
            return found
        }
    }
}

extension DashboardResponse {
    var text: String { if case .bytes(let bytes) = body { String(decoding: bytes, as: UTF8.self) } else { "" } }

    /// What the browser would send back of the cookie that was set.
    var cookie: String? { self["set-cookie"].map { String($0.prefix { $0 != ";" }) } }

    /// What the first form of the page would send along.
    var formToken: String? {
        guard let start = text.firstRange(of: "name=\"csrf\" value=\"") else { return nil }
        return String(text[start.upperBound...].prefix { $0 != "\"" })
    }

    var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] ?? [:] }
}
