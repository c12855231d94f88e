import DaybookModel
import Testing

@testable import DaybookDashboard

/// Every route, asked for by everybody in every spelling.
struct RouteWalkTests {
    /// One panel takes a permission of the program's own, and one of ours.
    private static func storeWithPanels() throws -> (TestStore, [String: String]) {
        try TestStore.withUsers { options in
            options.panels = [
                Panel("one", "One") { _ in .number(1) },
                Panel("two", "Two", permission: "log.read") { _ in .table(["Row"], [[1]]) },
            ]
        }
    }

    private func path(_ route: Route) -> String {
        var path = route.path.description
        for name in route.path.names {
            let value = ["job", "batch", "process", "token", "event"].contains(name) ? "999999" : "absent"
            path = path.replacing("{\(name)}", with: value)
        }
        return path
    }

    /// Other ways to write an address, none of which may lead anywhere.
    private func spellings(_ path: String) -> [String] {
        let first = path.dropFirst().prefix(1)
        let escaped = first.utf8.first.map { "%" + String($0, radix: 16) } ?? ""
        return [
            path + "/", "/" + path, "/." + path, "/x/.." + path, path + "/.", path + "/..", path + "//", path + "%2f",
            path + "%00", path + ";a=b", path + "%20", "/" + escaped + path.dropFirst(2), path.uppercased(),
            path.replacing("/", with: "%2F"), path.replacing("/", with: "\\"), path + ".json", path + "%",
            path + "%2e%2e",
        ].filter { $0 != path }
    }

    private func isLetIn(_ response: DashboardResponse) -> Bool {
        ![401, 403].contains(response.status) && response["location"]?.contains("/login") != true
    }

    @Test func `everybody gets to what he may and to nothing else`() async throws {
        let (store, tokens) = try RouteWalkTests.storeWithPanels()
        // Those who sign in and out are looked at by themselves, and what goes on for ever has no answer to look at.
        let own = ["/login", "/logout"]
        for route in store.dashboard.table.routes
        where !route.path.description.hasSuffix("/live") && !own.contains(route.path.description) {
            for (who, role) in [("nobody", nil), ("wrong", nil)] + Role.allCases.map({ ($0.rawValue, Optional($0)) }) {
                var fields: [(String, String)] = []
                if who != "nobody" { fields = [("authorization", "Bearer \(tokens[who] ?? "daybook_wrong")")] }
                if route.face == .json, route.isChange { fields.append(("content-type", "application/json")) }
                let isClaim = route.path.description == "/api/v1/claims"
                let body = route.face == .json && route.isChange ? isClaim ? "{\"wait\":\"0s\"}" : "{}" : ""
                for method in route.method == "GET" ? ["GET", "HEAD"] : [route.method] {
                    let response = await store.ask(method, path(route), fields, body, isLocal: false)
                    let mayHaveIt =
                        switch route.access {
                        case .everyone: !route.isChange || role != nil
                        case .known: role != nil
                        case .permission(let permission): role?.permissions.contains(permission) ?? false
                        case .panel("panels.one", _): role == .admin
                        case .panel(let name, _):
                            Permission(rawValue: name).map { role?.permissions.contains($0) ?? false } ?? false
                        }
                    #expect(
                        isLetIn(response) == mayHaveIt,
                        "\(who) \(method) \(route.path): \(response.status)")
                    #expect(response.status < 500, "\(who) \(method) \(route.path): \(response.text)")
                    #expect(response["content-security-policy"] == SecurityFields.policy)
                    #expect(response["x-content-type-options"] == "nosniff")
                    #expect(response["cache-control"] == "no-store" || route.isPublicAsset)
                }
            }
        }
        try await store.close()
    }

    @Test func `no other spelling of an address leads anywhere`() async throws {
        let (store, tokens) = try RouteWalkTests.storeWithPanels()
        let paths = Set(store.dashboard.table.routes.map(path))
        // Where a name comes last.
        let places = Set(
            store.dashboard.table.routes.map(\.path.description).filter { $0.hasSuffix("}") }
                .map { $0.split(separator: "/").dropLast().joined(separator: "/") })
        for route in store.dashboard.table.routes where route.path.description != "/" {
            for spelling in spellings(path(route)) where !paths.contains(spelling) {
                for token in [nil, tokens["admin"]] {
                    let fields = token.map { [("authorization", "Bearer \($0)")] } ?? []
                    let response = await store.ask(route.method, spelling, fields)
                    // A name at the end of an address may have a dot or a semicolon in it; then nothing has that name.
                    // Beside `/events/live` stands `/events/{event}`: there, too, it is the name of nothing.
                    let parent = route.path.description.prefix { $0 != "{" }
                    let isName =
                        route.path.description.hasSuffix("}")
                        || places.contains(parent.split(separator: "/").dropLast().joined(separator: "/"))
                    #expect(
                        response.status == 404 || isName && [400, 401, 403, 409].contains(response.status)
                            || isName && response.status == 303 && token == nil,
                        "\(route.method) \(spelling): \(response.status)")
                }
            }
        }
        try await store.close()
    }

    @Test func `a method that an address does not have says which it has, to those who may know`() async throws {
        let (store, tokens) = try TestStore.withUsers()
        let response = await store.ask("DELETE", "/health")
        #expect(response.status == 405)
        #expect(response["allow"] == "GET, HEAD")
        for method in ["OPTIONS", "PUT", "TRACE", "PROPFIND"] {
            #expect(await store.ask(method, "/logout", isLocal: false).status == 401)
            #expect(await store.call(tokens["viewer"]!, method, "/logout").status == 405)
        }
        try await store.close()
    }

    @Test func `no change goes through without a token of the session, from another site, or in another form`()
        async throws
    {
        let store = try TestStore()
        let number = try store.dashboard.sessions.newNumber()
        let cookie = ("cookie", store.cookie(number))
        let token = store.dashboard.sessions.formToken(for: number)
        for route in store.dashboard.table.routes where route.isChange {
            let isJSON = route.face == .json
            let type = ("content-type", isJSON ? "application/json" : "application/x-www-form-urlencoded")
            let empty = route.path.description == "/api/v1/claims" ? "{\"wait\":\"0s\"}" : "{}"
            let body = isJSON ? empty : "csrf=\(token)"
            let header = isJSON ? [("x-csrf-token", token)] : []
            let refused: [([(String, String)], String)] = [
                ([cookie, type], isJSON ? "{}" : "a=b"),
                ([cookie, type, ("x-csrf-token", "wrong")], isJSON ? "{}" : "csrf=wrong"),
                ([cookie, type, ("origin", "http://evil.example")] + header, body),
                ([cookie, type, ("origin", "null")] + header, body),
                ([cookie, type, ("sec-fetch-site", "cross-site")] + header, body),
                ([cookie, type, ("sec-fetch-site", "same-site")] + header, body),
                ([cookie, ("content-type", "text/plain")] + header, body),
                ([cookie, ("content-type", "multipart/form-data")] + header, body),
                ([type, ("referer", "http://localhost/")] + header, body),
            ]
            for (index, (fields, body)) in refused.enumerated() {
                let response = await store.ask(route.method, path(route), fields, body)
                #expect(response.status == 403, "\(index) \(route.method) \(route.path): \(response.status)")
            }
            // The same with all that is asked for gets through to the route itself.
            let response = await store.ask(
                route.method, path(route), [cookie, type, ("origin", "http://localhost")] + header, body)
            #expect(response.status != 403, "\(route.method) \(route.path): \(response.text)")
        }
        try await store.close()
    }
}
