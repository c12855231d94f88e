import Foundation
import Testing

@testable import DaybookDashboard

@Suite struct `The API's document` {
    private func schemas() throws -> [String: Any] {
        let bytes = OpenAPIDocument.json(version: "1")
        let document = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        return try #require((document?["components"] as? [String: Any])?["schemas"] as? [String: Any])
    }

    @Test func `says of every route what it answers`() {
        let routes = RouteTable.daybook.routes.filter { $0.isForPrograms && $0.face == .json }
        #expect(routes.count > 50)
        for route in routes { #expect(AnswerShape.of(route) != nil, "\(route.method) \(route.path)") }
    }

    @Test func `says nothing of answers that nobody gives`() {
        let routes = Set(RouteTable.daybook.routes.map { "\($0.method) \($0.path)" })
        for route in AnswerShape.byRoute.keys { #expect(routes.contains(route), "\(route)") }
    }

    @Test func `names every field of an answer, and those that are always there`() throws {
        let schemas = try schemas()
        let enqueued = try #require(schemas["Enqueued"] as? [String: Any])
        #expect(enqueued["required"] as? [String] == ["job", "event", "duplicate"])
        let job = try #require(schemas["Job"] as? [String: Any])
        #expect((job["properties"] as? [String: Any])?["due"] != nil)
        #expect((job["required"] as? [String])?.contains("due") == false)
    }

    @Test func `knows that a job may have been there already`() throws {
        let bytes = OpenAPIDocument.json(version: "1")
        let document = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        let answers = try #require(paths["/api/v1/jobs"]?["post"]?["responses"] as? [String: Any])
        #expect(Set(answers.keys) == ["200", "201", "default"])
    }

    /// A whole number as a query has it, and those beside the first and the last that are taken.
    private func isTaken(_ text: String, _ name: String, _ path: String, _ store: TestStore) async -> Bool {
        let answer = await store.ask("GET", "\(path)?\(name)=\(text)")
        return answer.status != 400 || !answer.text.contains("\(name) has to be")
    }

    @Test func `says within which bounds a number is taken, and others are refused`() async throws {
        let store = try TestStore()
        var asked = 0
        for route in RouteTable.daybook.routes where route.isForPrograms && !route.isLive {
            for one in route.parameters where one.kind == .number || one.kind == .fraction {
                let range = try #require(one.range, "\(route.path) \(one.name)")
                let path = route.path.description
                guard one.place == .query, route.face == .json, !path.contains("{") else { continue }
                asked += 1
                let (least, most) = (range.lowerBound, range.upperBound)
                for inside in [least, most] {
                    #expect(await isTaken("\(inside)", one.name, path, store), "\(path) \(one.name)=\(inside)")
                }
                for outside in ["\(least - 1)", "\(UInt64(most) + 1)"] {
                    #expect(await !isTaken(outside, one.name, path, store), "\(path) \(one.name)=\(outside)")
                }
            }
        }
        #expect(asked > 8)
        let text = String(decoding: OpenAPIDocument.json(version: "1"), as: UTF8.self)
        #expect(text.contains(#"{"type":"integer","minimum":1,"maximum":1000}"#))
        #expect(text.contains(#""fraction":{"type":"number","minimum":0,"maximum":1"#))
        let told = await store.ask(
            "POST", "/api/v1/claims/7/progress", [("content-type", "application/json")], #"{"fraction":-3}"#)
        #expect(told.status == 400 && told.text.contains("fraction has to be a number from 0 to 1"))
        try await store.close()
    }

    @Test func `refers to nothing that is not in it`() throws {
        let schemas = try schemas()
        let text = String(decoding: OpenAPIDocument.json(version: "1"), as: UTF8.self)
        let names = text.matches(of: /"#\/components\/schemas\/([A-Za-z]+)"/).map { String($0.1) }
        #expect(Set(names).isSubset(of: schemas.keys))
        #expect(Set(schemas.keys).isSubset(of: names))
    }
}
