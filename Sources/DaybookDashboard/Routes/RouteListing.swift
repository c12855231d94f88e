/// The routes as a list, for `daybook routes`.
package struct RouteListing: Sendable {
    package let method: String
    package let path: String
    /// A permission, `signedIn` or `everyone`.
    package let permission: String
    /// Whether it changes anything, and so takes a token of the session from browsers.
    package let isChange: Bool
    /// `page`, `json` or `plain`.
    package let face: String
    package let summary: String
    /// What may stand behind the question mark.
    package let query: [String]

    package static var all: [RouteListing] {
        RouteTable.daybook.routes.map { route in
            RouteListing(
                method: route.method, path: route.path.description, permission: route.access.name,
                isChange: route.isChange, face: "\(route.face)", summary: route.summary,
                query: route.parameters.filter { $0.place == .query }.map(\.name))
        }
    }
}
