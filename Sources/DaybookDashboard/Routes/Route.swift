/// One thing that can be asked for: how, where, by whom, and what does it. Everything that the server answers, and
/// everything that `daybook routes` and the OpenAPI document say, comes from these.
final class Route: Sendable {
    enum Access: Sendable, Equatable {
        /// Anybody, signed in or not.
        case everyone
        /// Anybody who is signed in.
        case known
        case permission(Permission)
        /// Whoever has the permission that a program's panel takes.
        case panel(String, isForTenants: Bool)

        var name: String {
            switch self {
            case .everyone: "everyone"
            case .known: "signedIn"
            case .permission(let permission): permission.rawValue
            case .panel(let permission, _): permission
            }
        }
    }

    /// In which form it is asked and answered.
    enum Face: Sendable {
        /// Forms in, pages out.
        case page
        /// JSON in and out.
        case json
        /// A list as a file, in the form that is asked for.
        case file
        /// None of these: metrics, health, styles.
        case plain
    }

    let method: String
    let path: RoutePath
    let access: Access
    let face: Face
    let summary: String
    let parameters: [RouteParameter]
    /// The status of an answer that went well.
    let success: Int
    /// Its status where nothing had to be made, because it was there already.
    let successIfThere: Int?
    /// Whether the answer is the same for everyone and may be kept.
    let isPublicAsset: Bool
    let handle: @Sendable (RouteCall) async throws -> DashboardResponse

    /// Whether it belongs into a document about what programs can ask for.
    var isForPrograms: Bool {
        if case .page = face { return false }
        return !isPublicAsset
    }

    /// Whether it can be asked for as of a moment of the past.
    var showsPast: Bool { parameters.contains(RouteParameter.at) }

    /// The same route, which can also be asked for as of a moment of the past if it looks at the store.
    var inThePast: Route {
        guard method == "GET", face != .plain else { return self }
        if case .permission(let permission) = access, permission.isForChanges { return self }
        return Route(
            method, path.description, access, face, summary, parameters + [.at], success: success, handle)
    }

    /// Where forms lead back to, they say what they have done.
    private static let ownWords: Set<String> = ["done", "of", "undo"]
    /// What mail programs and chats hang on to links that people send each other.
    private static let trackingWords: Set<String> = ["fbclid", "gclid", "msclkid", "mc_cid", "mc_eid"]

    /// Refuses what it cannot be told: a filter that is misspelt would leave nobody out, and nobody would see it.
    /// Styles, metrics and the like are asked for by programs that add what they like, and have no filters.
    func allow(_ query: FormValues) throws(RouteFailure) {
        guard face != .plain || path.description.hasPrefix("/api/") else { return }
        let known = parameters.filter { $0.place == .query }.map(\.name)
        for (name, _) in query.pairs where !known.contains(name) && name != "at" {
            if face == .page,
                Route.ownWords.contains(name) || Route.trackingWords.contains(name)
                    || name.hasPrefix("utm_")
            {
                continue
            }
            // Names are shown as they are written, and no longer than anybody's.
            throw .badCall(
                known.isEmpty
                    ? Texts.Refused.noParameters("\(name.prefix(40))")
                    : Texts.Refused.noSuchParameter("\(name.prefix(40))", known))
        }
    }

    /// Whether its answer goes on for as long as somebody listens. No page of another site is let listen.
    var isLive: Bool { path.description.hasSuffix("/live") }

    /// Whether it changes anything. What only looks can be asked for by any link.
    var isChange: Bool { method != "GET" }

    init(
        _ method: String, _ path: String, _ access: Access, _ face: Face, _ summary: String,
        _ parameters: [RouteParameter] = [], success: Int = 200, successIfThere: Int? = nil,
        isPublicAsset: Bool = false,
        _ handle: @escaping @Sendable (RouteCall) async throws -> DashboardResponse
    ) {
        self.method = method
        self.path = RoutePath(path)
        self.access = access
        self.face = face
        self.summary = summary
        self.parameters = parameters
        self.success = success
        self.successIfThere = successIfThere
        self.isPublicAsset = isPublicAsset
        self.handle = handle
    }
}

/// What a route can be told.
struct RouteParameter: Sendable, Equatable {
    enum Place: String, Sendable {
        case path, query, header, body
    }

    enum Kind: Sendable, Equatable {
        case text, number, fraction, flag, time, json
        case word([String])
        case texts
        case objects
        case numbers
    }

    let name: String
    let place: Place
    let kind: Kind
    let summary: String
    let isRequired: Bool
    /// What a number is refused outside of.
    private(set) var range: ClosedRange<Int>?

    /// The same, of numbers from and up to these.
    func within(_ range: ClosedRange<Int>) -> RouteParameter {
        var parameter = self
        parameter.range = range
        return parameter
    }

    static let at = query("at", .text, "As of a moment of the past: after this event, or at this instant")

    static func path(_ name: String, _ kind: Kind, _ summary: String) -> RouteParameter {
        let parameter = RouteParameter(name: name, place: .path, kind: kind, summary: summary, isRequired: true)
        return kind == .number ? parameter.within(.places) : parameter
    }

    static func query(_ name: String, _ kind: Kind, _ summary: String) -> RouteParameter {
        RouteParameter(name: name, place: .query, kind: kind, summary: summary, isRequired: false)
    }

    static func header(_ name: String, _ summary: String) -> RouteParameter {
        RouteParameter(name: name, place: .header, kind: .text, summary: summary, isRequired: false)
    }

    static func body(_ name: String, _ kind: Kind, _ summary: String, isRequired: Bool = false) -> RouteParameter {
        RouteParameter(name: name, place: .body, kind: kind, summary: summary, isRequired: isRequired)
    }
}

/// What numbers there may be, for those who refuse others and for those who say so.
extension ClosedRange<Int> {
    /// How much of a list can be asked for at once.
    static var pages: ClosedRange<Int> { 1...1_000 }
    static var lines: ClosedRange<Int> { 1...10_000 }
    /// Events, and what goes by the number of one.
    static var places: ClosedRange<Int> { 1...Int(Int64.max) }
    static var runs: ClosedRange<Int> { 1...65_535 }
    static var versions: ClosedRange<Int> { 1...65_535 }
    static var priorities: ClosedRange<Int> { -32_768...32_767 }
}
