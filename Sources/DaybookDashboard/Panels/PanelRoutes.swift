internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// What the panels of a program are asked for. Each panel has addresses of its own, so that the route table names the
/// permission of each.
enum PanelRoutes {
    /// What is there without any panel.
    static let all = [
        Route("GET", "/panels", .known, .page, "The panels of the program around the dashboard", [.at]) {
            try await page($0)
        },
        Route("GET", "/api/v1/panels", .known, .json, "The panels that whoever asks may see") { call in
            .object { json in
                json.list("panels", call.panels) { panel, json in
                    json.field("panel", panel.name)
                    json.field("title", panel.title)
                    json.field("permission", panel.permission)
                }
            }
        },
    ]

    static func routes(of panel: Panel) -> [Route] {
        let access = Route.Access.panel(panel.permission, isForTenants: panel.isForTenants)
        return [
            Route("GET", "/panels/\(panel.name)", access, .page, panel.title, [.at]) { try await page(panel, $0) },
            Route("GET", "/api/v1/panels/\(panel.name)", access, .json, panel.title) { try await json(panel, $0) },
            Route(
                "GET", "/api/v1/export/panels/\(panel.name)", access, .file, "\(panel.title), as a file",
                [ExportRoutes.format]
            ) { call in
                let content = try await required(panel, call)
                return try ExportStream.answer(content.list(panel.name), call)
            },
        ]
    }

    // MARK: Programs

    private static func required(_ panel: Panel, _ call: RouteCall) async throws -> PanelContent {
        switch await ask(panel, call) {
        case .success(let content): return content
        case .failure(let problem): throw RouteFailure(503, problem.sentence, [HTTPField("retry-after", "5")])
        }
    }

    private static func json(_ panel: Panel, _ call: RouteCall) async throws -> DashboardResponse {
        let content = try await required(panel, call)
        return .object { json in
            json.field("panel", panel.name)
            json.field("title", panel.title)
            content.write(to: &json)
        }
    }

    // MARK: People

    private typealias Found = Result<PanelContent, PanelProblem>

    private static func ask(_ panel: Panel, _ call: RouteCall) async -> Found {
        guard let principal = call.principal else { return .failure(PanelProblem(Texts.panelFailed)) }
        let asked = PanelRequest(engine: call.engine, principal: principal, now: call.now)
        do throws(PanelProblem) {
            return .success(try await call.dashboard.panels.content(of: panel, for: asked))
        } catch {
            return .failure(error)
        }
    }

    private static func page(_ panel: Panel, _ call: RouteCall) async throws -> DashboardResponse {
        let found = call.past == nil ? await ask(panel, call) : nil
        let crumbs = [Crumb(title: Texts.panels, link: call.link(["panels"]))]
        return try call.page(panel.title, current: "panels", crumbs: crumbs, isLive: true) { frame, html in
            guard let found else { return html.note(Texts.panelsShowThePresent) }
            html.element("div", [.id("panel"), .flag("data-live")]) { html in
                PanelParts.write(found, panel, frame, &html)
            }
            if case .success = found { html.exports(frame, ["panels", panel.name]) }
        }
    }

    /// All panels that he may see, each with the beginning of what it shows.
    private static func page(_ call: RouteCall) async throws -> DashboardResponse {
        let panels = call.panels
        let found = call.past == nil ? await all(panels, call) : [:]
        return try call.page(Texts.panels, current: "panels", isLive: true) { frame, html in
            guard !panels.isEmpty else { return html.nothing(Texts.noPanels) }
            guard call.past == nil else { return html.note(Texts.panelsShowThePresent) }
            for panel in panels {
                html.element("section") { html in
                    html.element("h2") { $0.link(frame.link(["panels", panel.name]), panel.title) }
                    html.element("div", [.id("panel-\(panel.name)"), .flag("data-live")]) { html in
                        guard let content = found[panel.name] else { return }
                        PanelParts.write(content, panel, frame, rowsMax: PanelParts.rowsAtAGlance, &html)
                    }
                }
            }
        }
    }

    private static func all(_ panels: [Panel], _ call: RouteCall) async -> [String: Found] {
        await withTaskGroup(of: (String, Found).self) { group in
            for panel in panels { group.addTask { (panel.name, await ask(panel, call)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }
}

extension RouteCall {
    /// The panels that whoever asks may see.
    var panels: [Panel] {
        guard let principal else { return [] }
        return dashboard.options.panels.filter(principal.maySee)
    }
}

extension Principal {
    func maySee(_ panel: Panel) -> Bool { may(panel.permission, isForTenants: panel.isForTenants) }

    /// Whether he may see what takes a permission that a program has named.
    func may(_ permission: String, isForTenants: Bool) -> Bool {
        guard tenant == nil || isForTenants else { return false }
        if let permission = Permission(rawValue: permission) { return may(permission) }
        return panels.contains(permission) || panels.contains(PanelPermission.all)
    }
}
