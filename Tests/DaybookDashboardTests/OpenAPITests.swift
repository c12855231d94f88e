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

    @Test func `refers to nothing that is not in it`() throws {
        let schemas = try schemas()
        let text = String(decoding: OpenAPIDocument.json(version: "1"), as: UTF8.self)
        let names = text.matches(of: /"#\/components\/schemas\/([A-Za-z]+)"/).map { String($0.1) }
        #expect(Set(names).isSubset(of: schemas.keys))
        #expect(Set(schemas.keys).isSubset(of: names))
    }
}
