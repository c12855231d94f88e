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

    /// As after a restore from an older backup: the page shows what is lost, and has to find out by itself.
    @Test func `a page from a future that the log does not have hears so at once`() async throws {
        let store = try store()
        let last = try store.engine.lastEvent
        for fields in [[], [("last-event-id", "\(last + 3_000)")]] {
            var pieces = try await pieces(store, "/live?after=\(last + 3_000)", fields)
            #expect(try change(try await text(&pieces)) == last)
        }
        try await store.close()
    }

    @Test func `a program that has read what the log does not have is told so`() async throws {
        let (store, other) = (try store(), try self.store())
        for each in [store, other] { await enqueue(each) }
        let last = try store.engine.lastEvent
        let (here, elsewhere) = (try store.engine.position(of: last), try other.engine.position(of: last))
        for path in ["/api/v1/events", "/api/v1/events?kind=created", "/api/v1/events/live"] {
            let join = path.contains("?") ? "&" : "?"
            for place in ["\(last + 1)", "\(last + 3_000)", "\(elsewhere)"] {
                let refused = await store.ask("GET", "\(path)\(join)after=\(place)")
                #expect(refused.status == 409, "\(path) \(place)")
                #expect((refused.json["error"] as? String)?.contains("restored") == true, "\(refused.json)")
            }
            for place in ["0", "1", "\(last)", "\(here)"] {
                #expect(await store.ask("GET", "\(path)\(join)after=\(place)").status == 200, "\(path) \(place)")
            }
            for place in ["x", "-1", "1-", "1-xxxxxxxx", "9223372036854775807", "9223372036854775807-00000000"] {
                #expect(await store.ask("GET", "\(path)\(join)after=\(place)").status == 400, "\(path) \(place)")
            }
        }
        for place in ["\(last + 3_000)", "\(elsewhere)"] {
            let refused = await store.ask("GET", "/api/v1/events/live?after=0", [("last-event-id", place)])
            #expect(refused.status == 409, "\(place)")
        }
        for each in [store, other] { try await each.close() }
    }

    @Test func `what a program keeps of its reading leads on from there`() async throws {
        let store = try store()
        let first = await store.ask("GET", "/api/v1/events?limit=1")
        let position = try #require(first.json["position"] as? String)
        #expect(position == (try store.engine.position(of: 1).description))
        await enqueue(store)
        let last = try store.engine.lastEvent
        let rest = await store.ask("GET", "/api/v1/events?after=\(position)")
        #expect((rest.json["events"] as? [[String: Any]])?.first?["seq"] as? Int == 2)
        let end = try store.engine.position(of: last).description
        #expect(rest.json["position"] as? String == end)
        for query in ["?after=\(end)", "?kind=failed"] {
            #expect(await store.ask("GET", "/api/v1/events\(query)").json["position"] as? String == end, "\(query)")
        }
        var pieces = try await pieces(store, "/api/v1/events/live", [("last-event-id", position)])
        let told = try await text(&pieces)
        #expect(told.hasPrefix("id: \(try store.engine.position(of: 2))\n"))
        #expect(told.contains("id: \(end)\n"))
        try await store.close()
    }

    @Test(arguments: ["18446744073709551615", "9223372036854775808", "-1", "x", ""])
    func `a break that nobody can have had is taken for none`(_ id: String) async throws {
        let store = try store()
        var pieces = try await pieces(store, "/api/v1/events/live?after=0", [("last-event-id", id)])
        #expect(try await text(&pieces).hasPrefix("id: 1-"))
        try await store.close()
    }
}
