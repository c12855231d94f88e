import Daybook
import DaybookModel
import Foundation
import Testing

@testable import DaybookDashboard

struct IdempotencyTests {
    private static let given = [
        "name": "\"mail\"", "args": "{\"to\":\"ada\",\"copies\":[{\"a\":1,\"b\":2}]}", "queue": "\"night\"",
        "priority": "5",
        "at": "\"2040-01-01T00:00:00Z\"", "key": "\"order-7\"", "attempts": "3", "timeout": "\"5m\"",
        "tags": "[\"red\"]",
        "tenant": "\"blue\"", "limitKeys": "[\"shop\"]", "secret": "[\"to\"]", "version": "2", "delay": "null",
    ]

    private func post(
        _ store: TestStore, _ token: String, _ changes: [String: String] = [:], path: String = "/api/v1/jobs"
    ) async -> DashboardResponse {
        var fields = IdempotencyTests.given
        for (name, value) in changes { fields[name] = value }
        let body = "{" + fields.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
        return await store.ask(
            "POST", path,
            [
                ("authorization", "Bearer \(token)"), ("content-type", "application/json"), ("idempotency-key", "one"),
            ], path.hasSuffix("bulk") ? "{\"jobs\":[\(body)]}" : body)
    }

    @Test func `a key that comes again with another call is refused, and names what differs`() async throws {
        let (store, tokens) = try TestStore.withUsers()
        let admin = try #require(tokens["admin"])
        let first = await post(store, admin)
        #expect(first.status == 201, "\(first.text)")
        for (field, other) in [
            ("name", "\"post\""), ("args", "{\"to\":\"bob\",\"copies\":[{\"a\":1,\"b\":2}]}"),
            ("args", "{\"to\":\"ada\",\"copies\":[{\"a\":2,\"b\":1}]}"), ("queue", "\"day\""), ("priority", "6"),
            ("at", "\"2040-01-01T00:00:01Z\""), ("at", "\"2020-01-01T00:00:00Z\""), ("key", "\"order-8\""),
            ("uniqueFor", "\"10m\""), ("attempts", "4"),
            ("timeout", "\"6m\""), ("tags", "[\"red\",\"blue\"]"), ("tenant", "\"red\""),
            ("limitKeys", "[\"other\"]"), ("secret", "[\"copies\"]"), ("batch", "1"), ("after", "[\"1\"]"),
            ("version", "3"),
        ] {
            let answer = await post(store, admin, [field: other])
            #expect(answer.status == 422 && answer.text.contains(": \(field) differs"), "\(field): \(answer.text)")
        }
        try await store.close()
    }

    @Test func `a key that comes again with the same call is answered with the job`() async throws {
        let (store, tokens) = try TestStore.withUsers()
        let admin = try #require(tokens["admin"])
        let job = await post(store, admin).json["job"] as? Int
        for same: [String: String] in [
            [:], ["args": "{ \"copies\": [{\"b\":2, \"a\":1}], \"to\": \"ada\" }"],
            ["queue": "null", "priority": "null", "at": "null", "tags": "null"],
            ["onConflict": "\"refuse\"", "expires": "\"1h\""],
        ] {
            let answer = await post(store, admin, same)
            #expect(answer.status == 200 && answer.json["job"] as? Int == job, "\(same): \(answer.text)")
        }
        try await store.close()
    }

    @Test func `an instant that had passed is the same when it comes again`() async throws {
        let (store, tokens) = try TestStore.withUsers()
        let admin = try #require(tokens["admin"])
        let past = ["at": "\"2020-01-01T00:00:00Z\""]
        #expect(await post(store, admin, past).status == 201)
        #expect(await post(store, admin, past).status == 200)
        #expect(await post(store, admin).status == 422)
        try await store.close()
    }

    @Test func `many jobs at once take no key, and one job no two`() async throws {
        let (store, tokens) = try TestStore.withUsers()
        let admin = try #require(tokens["admin"])
        #expect(await post(store, admin, path: "/api/v1/jobs/bulk").status == 400)
        #expect(await post(store, admin, ["requestID": "\"r\""]).status == 400)
        #expect(try store.events(.created).isEmpty)
        try await store.close()
    }
}
