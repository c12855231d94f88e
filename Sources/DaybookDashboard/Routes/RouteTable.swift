/// All routes there are.
struct RouteTable: Sendable {
    let routes: [Route]

    enum Found {
        case route(Route, path: [String: String])
        /// The path is one, and these are its methods.
        case otherMethod([String], Route)
        case nothing
    }

    /// What a request means. `HEAD` is `GET` without the body.
    func find(_ method: String, _ path: Substring) -> Found {
        guard let parts = RoutePath.split(path) else { return .nothing }
        let wanted = method == "HEAD" ? "GET" : method
        var others: [Route] = []
        // Fixed addresses stand before those with names in the table, so the first that fits is meant.
        for route in routes {
            guard let values = route.path.match(parts) else { continue }
            if route.method == wanted { return .route(route, path: values) }
            others.append(route)
        }
        guard let first = others.first else { return .nothing }
        let methods = others.flatMap { $0.method == "GET" ? ["GET", "HEAD"] : [$0.method] }
        return .otherMethod(methods, first)
    }
}
