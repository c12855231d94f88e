import Daybook
import DaybookModel
import Synchronization
import Testing

@testable import DaybookDashboard

/// What a page hears that is kept up to date.
struct LiveTests {
    private typealias Pieces = ResponseStream.AsyncIterator

    /// A store whose pages are told without delay, and hear a sign of life ever so often.
    private func store() throws -> TestStore {
        try TestStore { options in
            options.liveTime = .seconds(86_400)
            options.refresh = .zero
            options.liveQuiet = .milliseconds(20)
        }
    }

    private func pieces(
        _ store: TestStore, _ target: String, _ fields: [(String, String)] = []
    ) async throws -> Pieces {
        let response = await store.ask("GET", target, fields)
        #expect(response["content-type"] == "text/event-stream")
        guard case .stream(let stream) = response.body else { throw NoStream() }
        var pieces = stream.makeAsyncIterator()
        #expect(try await text(&pieces).hasPrefix("retry: "))
        return pieces
    }

    private struct NoStream: Error {}

    private func text(_ pieces: inout Pieces) async throws -> String {
        String(decoding: try #require(try await pieces.next()), as: UTF8.self)
    }

    private func enqueue(_ store: TestStore) async {
        _ = await store.ask("POST", "/api/v1/jobs", [("content-type", "application/json")], "{\"name\":\"told\"}")
    }

    /// The number of the event through which a piece tells that something has changed; nil for a sign of life.
    private func change(_ piece: String) throws -> SequenceNumber? {
        guard piece != String(decoding: LiveStreams.sign, as: UTF8.self) else { return nil }
        let match = try #require(piece.wholeMatch(of: /id: (\d+)\nevent: changed\ndata:\n\n/), "\(piece)")
        return SequenceNumber(match.1)
    }

    /// Whether three signs of life come, and nothing else unless something has happened since.
    private func isSilent(_ pieces: inout Pieces, _ store: TestStore, after last: SequenceNumber) async throws -> Bool {
        for _ in 0..<3 {
            if let told = try change(try await text(&pieces)), told <= last { return false }
        }
        return true
    }

    @Test func `who may no longer listen is told nothing more`() async throws {
        let isIn = Mutex(true)
        let store = try TestStore { options in
            options.liveQuiet = .milliseconds(20)
            options.access = .asking { _ in isIn.withLock { $0 } ? Principal(name: "ann", roles: [.admin]) : nil }
        }
        var pieces = try await pieces(store, "/api/v1/events/live")
        #expect(try await pieces.next() != nil)
        isIn.withLock { $0 = false }
        while try await pieces.next() != nil {}
        try await store.close()
    }

    @Test func `pages of other sites are not let listen`() async throws {
        let store = try store()
        for path in ["/live", "/api/v1/events/live"] {
            for field in [("origin", "http://evil.example"), ("sec-fetch-site", "cross-site")] {
                #expect(await store.ask("GET", path, [field]).status == 403)
            }
        }
        #expect(await store.ask("GET", "/jobs", [("sec-fetch-site", "cross-site")]).status == 200)
        try await store.close()
    }

    @Test func `a page hears at once of what happened between its making and its first listening`() async throws {
        let store = try store()
        let made = try store.engine.lastEvent
        await enqueue(store)
        var pieces = try await pieces(store, "/live?after=\(made)")
        #expect(try #require(try change(try await text(&pieces))) > made)
        try await store.close()
    }

    @Test func `a page hears nothing until something happens`() async throws {
        let store = try store()
        for query in ["?after=\(try store.engine.lastEvent)", ""] {
            let made = try store.engine.lastEvent
            var pieces = try await pieces(store, "/live\(query)")
            #expect(try await isSilent(&pieces, store, after: made), "\(query)")
            await enqueue(store)
            var told: SequenceNumber?
            repeat { told = try change(try await text(&pieces)) } while told == nil
            #expect(try #require(told) > made)
        }
        try await store.close()
    }

    @Test func `a page that comes again after a break goes on behind what it was told`() async throws {
        let store = try store()
        let made = try store.engine.lastEvent
        await enqueue(store)
        var first = try await pieces(store, "/live?after=\(made)")
        let told = try #require(try change(try await text(&first)))
        var again = try await pieces(store, "/live?after=\(made)", [("last-event-id", "\(told)")])
        #expect(try await isSilent(&again, store, after: told))
        try await store.close()
    }

    @Test(arguments: ["18446744073709551615", "9223372036854775808", "-1", "x", ""])
    func `a break that nobody can have had is taken for none`(_ id: String) async throws {
        let store = try store()
        var pieces = try await pieces(store, "/api/v1/events/live?after=0", [("last-event-id", id)])
        #expect(try await text(&pieces).hasPrefix("id: 1\n"))
        try await store.close()
    }
}
