public import Daybook
internal import DaybookLog
internal import DaybookModel

/// The dashboard of an engine, with its JSON API and metrics, for any server.
///
///     let dashboard = try Dashboard(engine)
///     let server = try HTTPServer(listening: .usual) { await dashboard.respond(to: $0) }
///
/// It lets in whoever is on this machine and nobody else unless ``DashboardOptions/access`` says otherwise.
public final class Dashboard: Sendable {
    let engine: JobEngine
    let options: DashboardOptions
    let table: RouteTable
    let sessions: Sessions
    let backoff = LoginBackoff()
    let denials: DenialLog
    let pulse: WriterPulse
    let work = RemoteWork()
    let requests = RequestCounts()
    let past: PastDesk
    let operations: OperationDesk
    let checks: OperationDesk
    let usage = ProcessUsageDesk()
    let panels: PanelDesk
    let gate: Gate
    let now: @Sendable () -> Instant

    /// A dashboard of an engine that is open.
    public convenience init(_ engine: JobEngine, _ options: DashboardOptions = DashboardOptions()) throws {
        let host = try HostFacts.real()
        try self.init(engine, options, now: host.now, random: host.randomBytes)
    }

    /// With a clock and random numbers of the caller's.
    package init(
        _ engine: JobEngine, _ options: DashboardOptions, now: @escaping @Sendable () -> Instant,
        random: @escaping @Sendable (Int) throws -> [UInt8]
    ) throws {
        try Panel.check(options.panels)
        self.engine = engine
        self.options = options
        self.now = now
        sessions = try Sessions(random: random)
        denials = DenialLog(engine)
        pulse = WriterPulse(engine)
        past = PastDesk(engine)
        operations = .operations(engine)
        checks = .checks(engine)
        gate = Gate(options: options, sessions: sessions, now: now)
        table = .daybook(with: options.panels)
        panels = PanelDesk(options)
        for panel in options.panels { try panel.prepare(engine) }
        // An engine whose store lies in no folder keeps no statistics.
        try? engine.follow(DashboardFollower.self)
        // What another process left undone goes on here.
        operations.look()
        checks.look()
    }

    /// The answer to a request. It never throws: what goes wrong is an answer, too.
    public func respond(to request: DashboardRequest) async -> DashboardResponse {
        var response: DashboardResponse
        var route: Route?
        var request = request
        request.source = ForwardedSource.of(request, trusting: options.trustedProxies)
        do {
            response = try await answer(request, &route)
        } catch is SignInFirst {
            response = .seeOther(PageLink(options.basePath, ["login"], [("next", request.target)]).text)
        } catch {
            response = refusal(RouteFailure(error), request)
        }
        response.fields += SecurityFields.all
        if route?.isPublicAsset != true { response.fields.append(SecurityFields.noStore) }
        requests.note(route, response.status)
        return response
    }

    func cookie(for request: DashboardRequest) -> SessionCookie {
        SessionCookie(
            basePath: options.basePath, store: engine.identity, isSecure: options.isEncrypted || request.isEncrypted)
    }

    private func answer(_ request: DashboardRequest, _ found: inout Route?) async throws -> DashboardResponse {
        guard gate.isOurHost(request) else {
            throw RouteFailure(421, Texts.Refused.otherHost)
        }
        let (path, query) = try target(of: request)
        let session = cookie(for: request).number(in: request)
        let who = try await gate.identify(request, session: session)
        switch table.find(request.method, path) {
        case .nothing: throw RouteFailure.notFound
        case .otherMethod(let methods, let route):
            try await admit(request, route, who)
            throw RouteFailure(
                405, Texts.Refused.otherMethod,
                [HTTPField("allow", methods.joined(separator: ", "))])
        case .route(let route, let values):
            found = route
            try await admit(request, route, who)
            if route.isChange {
                if let why = gate.crossSite(request, route, who, session: session) {
                    await deny(request, route, who, why)
                    throw RouteFailure.forbidden(why)
                }
                try checkType(request, route)
            } else if route.isLive, gate.isFromElsewhere(request) {
                throw RouteFailure.forbidden(Texts.Refused.otherSite)
            }
            let query = try FormValues(query)
            try route.allow(query)
            let began = route.face == .page ? (try? engine.lastEvent) ?? 0 : 0
            let call = RouteCall(
                request: request, dashboard: self, route: route, identification: who, session: session, path: values,
                query: query, past: try await moment(query, route), began: began)
            do {
                var response = try await route.handle(call)
                if let past = call.past {
                    response.fields.append(HTTPField("daybook-as-of", "\(past.sequence)"))
                }
                return response
            } catch let failure as RouteFailure where failure.status == 403 {
                // What depends on more than the route, such as searching in what one may not read.
                await deny(request, route, who, failure.sentence)
                throw failure
            }
        }
    }

    /// The moment of the past that is asked for, if one is.
    private func moment(_ query: FormValues, _ route: Route) async throws -> PastView? {
        guard let text = try query.value("at") else { return nil }
        guard !route.isChange else { throw RouteFailure(409, Texts.Refused.pastStays) }
        guard route.showsPast else { throw RouteFailure.badCall(Texts.Refused.presentOnly) }
        let moment = try PastMoment(text)
        if case .instant(let instant) = moment, instant > now() {
            throw RouteFailure.badCall(Texts.Refused.notYet)
        }
        return try await past.view(moment)
    }

    /// The path below the base, and the query.
    private func target(of request: DashboardRequest) throws(RouteFailure) -> (Substring, Substring.UTF8View) {
        let target = request.target
        let mark = target.firstIndex(of: "?") ?? target.endIndex
        var path = target[..<mark]
        if !options.basePath.isEmpty {
            guard path.hasPrefix(options.basePath) else { throw .notFound }
            path = path.dropFirst(options.basePath.count)
            if path.isEmpty { path = "/" }
        }
        return (path, target[mark...].dropFirst().utf8)
    }

    /// Lets somebody through, or throws.
    private func admit(_ request: DashboardRequest, _ route: Route, _ who: Identification) async throws {
        switch (route.access, who.principal) {
        case (.everyone, _), (.known, .some): return
        case (.permission(let permission), let principal?):
            guard !principal.may(permission) else { return }
            let why = Texts.Refused.takes(permission.rawValue)
            await deny(request, route, who, why)
            throw RouteFailure.forbidden(why)
        case (.panel(let permission, let isForTenants), let principal?):
            guard !principal.may(permission, isForTenants: isForTenants) else { return }
            let why =
                principal.tenant == nil || isForTenants
                ? Texts.Refused.takes(permission) : Texts.Refused.ofWholeStore
            await deny(request, route, who, why)
            throw RouteFailure.forbidden(why)
        case (.known, nil), (.permission, nil), (.panel, nil):
            if route.face == .page, request.method == "GET" || request.method == "HEAD", hasLogin,
                request["authorization"] == nil
            {
                throw SignInFirst()
            }
            await deny(request, route, who, "nobody is signed in")  // tidy: for the log
            throw RouteFailure(
                401, Texts.Refused.sayWho(howToSignIn), [HTTPField("www-authenticate", "Bearer realm=\"daybook\"")])
        }
    }

    /// Whether people can sign in here.
    var hasLogin: Bool { if case .file = options.access.way { true } else { false } }

    private var howToSignIn: String {
        switch options.access.way {
        case .local: Texts.Refused.localOnly
        case .file: Texts.Refused.signInOrToken
        case .closure: Texts.Refused.unknownToProgram
        }
    }

    private func checkType(_ request: DashboardRequest, _ route: Route) throws(RouteFailure) {
        guard route.face == .json, !request.body.isEmpty else { return }
        let type = request["content-type"]?.split(separator: ";").first?.lowercased()
        guard type == "application/json" else {
            throw RouteFailure(415, Texts.Refused.takesJSON)
        }
    }

    func deny(_ request: DashboardRequest, _ route: Route, _ who: Identification, _ why: String) async {
        await denials.note(
            Denied(
                permission: route.access.name, request: "\(route.method) \(route.path)", source: request.source,
                reason: why), by: who.principal, now: now())
    }

    // MARK: Saying no

    private func refusal(_ failure: RouteFailure, _ request: DashboardRequest) -> DashboardResponse {
        var response =
            isForBrowser(request)
            ? page(saying: failure, wayBack: wayBack(of: request)) : Refusals.answer(failure.status, failure.sentence)
        response.fields += failure.fields
        return response
    }

    /// Programs are answered in JSON and people with a page.
    private func isForBrowser(_ request: DashboardRequest) -> Bool {
        guard request["accept"]?.contains("text/html") == true else { return false }
        return !request.target.hasPrefix("\(options.basePath)/api/")
    }

    /// Where the form was that is refused.
    private func wayBack(of request: DashboardRequest) -> PageLink? {
        guard request.method == "POST", let next = try? FormValues(request.body).value("next") else { return nil }
        return SignInRoutes.ownPath(next).map { PageLink($0, []) }
    }

    private func page(saying failure: RouteFailure, wayBack: PageLink?) -> DashboardResponse {
        let frame = PageFrame(options: options, principal: nil, formToken: nil, hasLogin: hasLogin)
        let body = frame.page(Texts.notPossible) { html in
            html.element("p", [.class("note bad"), .named("role", "alert")], failure.words)
            html.element("p") { html in
                if let wayBack {
                    html.link(wayBack, Texts.back)
                    html.text(" · ")
                }
                html.link(frame.link([]), options.title)
            }
        }
        return DashboardResponse(failure.status, [HTTPField("content-type", "text/html; charset=utf-8")], body: body)
    }

    /// Returns when no worker elsewhere holds a claim any more, or the task is cancelled. Call it between the engine's
    /// `stop()`, which hands out no more, and this dashboard's: claims that are left then go back.
    public func waitForClaims() async { await work.waitForEnds() }

    /// Ends what goes on behind the answers.
    public func stop() async {
        operations.stop()
        checks.stop()
        work.stop()
        await denials.tellWhatIsLeft()
    }
}

/// A browser is shown the way to the page where people sign in.
struct SignInFirst: Error {}
