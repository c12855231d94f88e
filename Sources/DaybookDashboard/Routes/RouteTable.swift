/// All routes there are.
struct RouteTable: Sendable {
    let routes: [Route]
    /// The routes of each address without names, most of what programs ask for.
    private let fixed: [String: [Route]]

    init(routes: [Route]) {
        self.routes = routes
        fixed = Dictionary(grouping: routes.filter(\.path.names.isEmpty), by: \.path.description)
    }

    enum Found {
        case route(Route, path: [String: String])
        /// The path is one, and these are its methods.
        case otherMethod([String], Route)
        case nothing
    }

    /// What a request means. `HEAD` is `GET` without the body.
    func find(_ method: String, _ path: Substring) -> Found {
        let wanted = method == "HEAD" ? "GET" : method
        if let route = fixed[String(path)]?.first(where: { $0.method == wanted }) { return .route(route, path: [:]) }
        guard let parts = RoutePath.split(path) else { return .nothing }
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
