// Who stands at the door. Every request passes here and nothing else lets one through: it is found out who asks,
// whether he may, and whether it is really him who asks and not a page in his browser that belongs to somebody
// else.

internal import Daybook
internal import DaybookModel

struct Gate: Sendable {
    let options: DashboardOptions
    let sessions: Sessions
    let now: @Sendable () -> Instant

    // MARK: Where it was sent to

    /// A name that is not ours may be somebody else's page that had its name point here.
    func isOurHost(_ request: DashboardRequest) -> Bool {
        guard let host = request["host"] else { return false }
        return options.isHost(host)
    }

    // MARK: Who asks

    func identify(_ request: DashboardRequest, session: String?) async throws -> Identification {
        let found = try await whoever(request, session)
        guard options.isReadOnly, let principal = found.principal else { return found }
        return switch found {
        case .nobody: .nobody
        case .bearer: .bearer(principal.readOnly())
        case .ambient: .ambient(principal.readOnly())
        case .local: .local(principal.readOnly())
        }
    }

    private func whoever(_ request: DashboardRequest, _ session: String?) async throws -> Identification {
        switch options.access.way {
        case .local:
            return isReallyLocal(request) ? .local(Principal(name: "local", roles: [.admin])) : .nobody
        case .closure(let identify):
            guard let principal = try await identify(request) else { return .nobody }
            return request["authorization"] == nil ? .ambient(principal) : .bearer(principal)
        case .file(let file):
            let entries = file.current
            if let field = request["authorization"] {
                // Whoever sends a token means it; a wrong one is not made good by a cookie.
                guard let token = BearerTokens.token(in: field),
                    let principal = BearerTokens.principal(of: token, in: entries, now: now())
                else { return .nobody }
                return .bearer(principal)
            }
            guard let session, let user = sessions.user(of: session, among: entries.users, now: now()) else {
                return .nobody
            }
            return .ambient(user.principal)
        }
    }

    /// What those add who pass on what others ask, each in his way.
    private static let forwardingFields = [
        "forwarded", "forwarded-for", "via", "x-forwarded", "x-original-", "x-real-ip", "x-client-ip", "client-ip",
        "true-client-ip", "x-cluster-client-ip", "x-remote-", "x-proxy", "x-envoy-", "x-amzn-trace-id", "x-azure-",
        "x-appengine-", "x-google-", "cf-", "cdn-loop", "fastly-", "fly-", "akamai-", "x-akamai-", "x-vercel-",
    ]

    /// A connection from this machine says nothing about who asks if somebody passes on what others ask.
    private func isReallyLocal(_ request: DashboardRequest) -> Bool {
        request.isFromLoopback
            && !request.fields.contains { field in Gate.forwardingFields.contains { field.name.hasPrefix($0) } }
    }

    // MARK: Whether it is really him

    /// Nil if a change is meant by whoever is asking; else why it may not be.
    func crossSite(_ request: DashboardRequest, _ route: Route, _ who: Identification, session: String?) -> String? {
        if isFromElsewhere(request) { return Texts.Refused.otherSite }
        if case .bearer = who { return nil }
        guard hasOwnType(request, route) else { return Texts.Refused.otherType }
        if case .local = who, route.face == .json, isNoBrowser(request) { return nil }
        guard let session, let token = formToken(request, route), sessions.isFormToken(token, for: session) else {
            return Texts.Refused.noToken
        }
        return nil
    }

    /// Whether a page of another site has a browser ask this.
    func isFromElsewhere(_ request: DashboardRequest) -> Bool {
        if let origin = request["origin"], !isOwn(origin, request) { return true }
        return request["sec-fetch-site"].map { $0 != "same-origin" && $0 != "none" } ?? false
    }

    private func isOwn(_ origin: String, _ request: DashboardRequest) -> Bool {
        guard let host = request["host"]?.lowercased() else { return false }
        let origin = origin.lowercased()
        return options.origins.contains(origin) || origin == "http://\(host)" || origin == "https://\(host)"
    }

    /// What a page of another site can send without asking first is none of these.
    private func hasOwnType(_ request: DashboardRequest, _ route: Route) -> Bool {
        let type = request["content-type"]?.split(separator: ";").first?.lowercased()
        switch route.face {
        case .json: return type == "application/json" || type == nil && request.body.isEmpty
        case .page, .plain, .file: return type == "application/x-www-form-urlencoded"
        }
    }

    /// Browsers send one of these along with whatever changes something.
    private func isNoBrowser(_ request: DashboardRequest) -> Bool {
        request["origin"] == nil && request["sec-fetch-site"] == nil && request["cookie"] == nil
            && request["referer"] == nil
    }

    private func formToken(_ request: DashboardRequest, _ route: Route) -> String? {
        if let field = request["x-csrf-token"] { return field }
        guard route.face != .json else { return nil }
        return try? FormValues(request.body).value("csrf")
    }
}

/// The cookie with a session's number.
struct SessionCookie: Sendable {
    private let basePath: String
    private let isSecure: Bool
    /// The prefix has browsers refuse it from anybody but this very host. Below a path it is called after that: a
    /// browser sends the cookies of all paths above along, and one dashboard may lie below another. And it is called
    /// after the store, since a browser sends a host's cookies to all its ports.
    private let name: String

    init(basePath: String, store: String, isSecure: Bool) {
        self.basePath = basePath
        self.isSecure = isSecure
        let path = basePath.unicodeScalars.map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) ? Character(scalar) : "-"
        }
        let prefix = isSecure && basePath.isEmpty ? "__Host-" : ""
        name = prefix + "daybook" + String(path) + (store.isEmpty ? "" : "-\(store.prefix(8))")
    }

    func number(in request: DashboardRequest) -> String? {
        guard let field = request["cookie"] else { return nil }
        let values = field.split(separator: ";").compactMap { pair -> String? in
            let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count == 2 && parts[0] == name ? String(parts[1]) : nil
        }
        // Two of one name: somebody has planted one, and nobody can say which.
        guard values.count == 1, Sessions.isNumber(values[0]) else { return nil }
        return values[0]
    }

    func field(_ number: String) -> HTTPField { field(number, "") }

    /// Has the browser forget it.
    var forgetting: HTTPField { field("", "; Max-Age=0") }  // tidy: part of a cookie

    private func field(_ value: String, _ more: String) -> HTTPField {
        let path = basePath.isEmpty ? "/" : basePath
        let secure = isSecure ? "; Secure" : ""  // tidy: part of a cookie
        return HTTPField("set-cookie", "\(name)=\(value); Path=\(path); HttpOnly; SameSite=Strict\(secure)\(more)")
    }
}
