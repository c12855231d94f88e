/// Who may come in, and as whom.
public struct DashboardAccess: Sendable {
    enum Way: Sendable {
        case local
        case file(AuthFile)
        case closure(@Sendable (DashboardRequest) async throws -> Principal?)
    }

    let way: Way

    /// Whoever is on this machine may do everything, as the user called `local`. Requests that somebody forwarded are
    /// not from this machine, whatever their connection says.
    public static let local = DashboardAccess(way: .local)

    /// Those that a file names: people with passwords, programs with tokens, and holders of JSON web tokens.
    public static func file(_ file: AuthFile) -> DashboardAccess { DashboardAccess(way: .file(file)) }

    /// Whoever the program says: it sees the request and answers with somebody it knows, or nil.
    ///
    ///     .asking { request in
    ///         guard let user = await users.signedIn(request["cookie"]), user.mayPublish else { return nil }
    ///         return Principal(name: user.name, roles: [.operator])
    ///     }
    public static func asking(
        _ identify: @escaping @Sendable (DashboardRequest) async throws -> Principal?
    ) -> DashboardAccess {
        DashboardAccess(way: .closure(identify))
    }
}

/// How somebody came to be known, which decides what a browser could do in his name.
enum Identification: Equatable, Sendable {
    case nobody
    /// Sent along by the program that makes the request, and never by a browser of its own accord.
    case bearer(Principal)
    /// A browser sends it along with whatever any page asks for.
    case ambient(Principal)
    /// It is on this machine.
    case local(Principal)

    var principal: Principal? {
        switch self {
        case .nobody: nil
        case .bearer(let principal), .ambient(let principal), .local(let principal): principal
        }
    }
}
