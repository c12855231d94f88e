internal import DaybookModel

/// What surrounds every page: title, navigation, who is signed in.
struct PageFrame: Sendable {
    let options: DashboardOptions
    let principal: Principal?
    /// Binds the page's forms to the browser's session.
    let formToken: String?
    let hasLogin: Bool
    /// The log's end before the page was made: who listens for changes asks for those behind it.
    var began: SequenceNumber = 0
    /// Where the page can be had as it was; nil where it has no past.
    var travel: TimeTravel?

    struct Entry {
        let title: String
        let part: String
        let permission: Permission
    }

    static let navigation = [
        Entry(title: Texts.jobs, part: "jobs", permission: .jobsRead),
        Entry(title: Texts.queues, part: "queues", permission: .queuesRead),
        Entry(title: Texts.recurring, part: "recurring", permission: .recurringRead),
        Entry(title: Texts.batches, part: "batches", permission: .jobsRead),
        Entry(title: Texts.operations, part: "operations", permission: .jobsRead),
        Entry(title: Texts.start, part: "start", permission: .jobsStart),
        Entry(title: Texts.processes, part: "processes", permission: .processesRead),
        Entry(title: Texts.log, part: "log", permission: .logRead),
        Entry(title: Texts.audit, part: "audit", permission: .logRead),
        Entry(title: Texts.storage, part: "storage", permission: .storeRead),
    ]

    func link(_ parts: [String], _ query: [(String, String?)] = []) -> PageLink {
        PageLink(options.basePath, parts, query + [("at", travel?.view?.moment.text)])
    }

    /// What is the same at all times.
    private func timeless(_ parts: [String], _ query: [(String, String?)] = []) -> PageLink {
        PageLink(options.basePath, parts, query)
    }

    /// A whole page. `current` is the part of the navigation that it belongs to, `crumbs` the way that leads to it.
    func page(
        _ title: String, current: String = "", crumbs: [Crumb] = [], isLive: Bool = false,
        _ body: (inout Html) -> Void
    ) -> [UInt8] {
        let html = Html { html in
            html.asOf = travel?.view?.now
            html.documentType()
            html.element("html", [.named("lang", Texts.language)]) { html in
                html.element("head") { head(&$0, title, isLive) }
                html.element("body") { html in
                    html.element("a", [.class("skip"), .named("href", "#main")], Texts.skipToContent)
                    html.element("header", [.class("bar")]) { bar(&$0, current) }
                    html.element("main", [.id("main")]) { html in
                        travel?.banner(&html)
                        trail(&html, crumbs, title)
                        html.element("h1", title)
                        body(&html)
                    }
                    html.element("footer") { footer(&$0) }
                }
            }
        }
        return html.bytes
    }

    private func head(_ html: inout Html, _ title: String, _ isLive: Bool) {
        html.void("meta", [.named("charset", "utf-8")])
        html.element("title", "\(title) · \(options.title)")
        html.void("meta", [.name("viewport"), .named("content", "width=device-width, initial-scale=1")])
        html.void("meta", [.name("color-scheme"), .named("content", "light dark")])
        html.void("link", [.named("rel", "stylesheet"), .href(asset("style.css"))])
        html.void("link", [.named("rel", "icon"), .type("image/svg+xml"), .href(asset("icon.svg"))])
        if isLive {
            let live = timeless(["live"], [("after", String(began))])
            html.void("meta", [.name("daybook-live"), .named("content", live.text)])
        }
        html.element("script", [.src(asset("script.js")), .flag("defer")])
    }

    private func trail(_ html: inout Html, _ crumbs: [Crumb], _ title: String) {
        guard !crumbs.isEmpty else { return }
        html.element("nav", [.class("crumbs"), .named("aria-label", Texts.crumbs)]) { html in
            html.element("ol") { html in
                for crumb in crumbs {
                    html.element("li") { $0.element("a", [.href(crumb.link)], crumb.title) }
                }
                html.element("li", [.named("aria-current", "page")], title)
            }
        }
    }

    private func asset(_ name: String) -> PageLink { timeless(["assets", name], [("v", Assets.version)]) }

    private func bar(_ html: inout Html, _ current: String) {
        html.element("a", [.class("brand"), .href(link([]))], options.title)
        if let principal {
            html.element("nav", [.class("main"), .named("aria-label", Texts.navigation)]) { html in
                html.element(
                    "a", [.href(link([]))] + (current == "home" ? [.named("aria-current", "page")] : []), Texts.home)
                for entry in PageFrame.navigation where isShown(entry, to: principal) {
                    let isCurrent = entry.part == current
                    html.element(
                        "a", [.href(link([entry.part]))] + (isCurrent ? [.named("aria-current", "page")] : []),
                        entry.title)
                }
                if options.panels.contains(where: principal.maySee) {
                    html.element(
                        "a",
                        [.href(link(["panels"]))] + (current == "panels" ? [.named("aria-current", "page")] : []),
                        Texts.panels)
                }
            }
            if travel?.view == nil { travel?.menu(&html) }
            html.element("span", [.class("who")]) { html in
                html.text(principal.name)
                if hasLogin, formToken != nil {
                    form(&html, ["logout"], [.class("inline")]) { html in
                        html.element("button", [.class("quiet")], Texts.signOut)
                    }
                }
            }
        }
    }

    /// What those of a tenant have. Batches are the store's as a whole, although their permission is about jobs.
    private static let partsOfTenants = ["jobs", "operations", "start"]

    private func isShown(_ entry: Entry, to principal: Principal) -> Bool {
        // Nobody changes the past.
        guard travel?.view == nil || !entry.permission.isForChanges else { return false }
        return principal.may(entry.permission)
            && (principal.tenant == nil || PageFrame.partsOfTenants.contains(entry.part))
    }

    private func footer(_ html: inout Html) {
        if let back = options.backLink { html.element("a", [.href(PageLink(back: back))], Texts.back) }
        if options.isReadOnly { html.element("span", Texts.readOnly) }
        html.element("span", Texts.timesAreUTC)
    }

    /// A form that looks for something, at the moment that the page is about.
    func search(_ html: inout Html, _ parts: [String], _ body: (inout Html) -> Void) {
        let attributes: [HtmlAttribute] = [
            .class("filters"), .named("method", "get"), .action(timeless(parts)), .named("role", "search"),
        ]
        html.element("form", attributes) { html in
            if let moment = travel?.view?.moment { html.hidden("at", moment.text) }
            body(&html)
        }
    }

    /// A form that changes something. It brings along what binds it to the session.
    func form(
        _ html: inout Html, _ parts: [String], _ attributes: [HtmlAttribute] = [], _ body: (inout Html) -> Void
    ) {
        html.element("form", [.named("method", "post"), .action(timeless(parts))] + attributes) { html in
            html.void("input", [.type("hidden"), .name("csrf"), .value(formToken ?? "")])
            body(&html)
        }
    }
}

/// A step of the way to a page.
struct Crumb: Sendable {
    let title: String
    let link: PageLink
}

extension RouteCall {
    /// The frame for whoever asks. Asking for it may need a cookie that binds forms; `respond` sets it.
    func frame(_ session: String?) -> PageFrame {
        PageFrame(
            options: dashboard.options, principal: principal,
            formToken: session.map(dashboard.sessions.formToken), hasLogin: dashboard.hasLogin)
    }

    /// A page, and a cookie where the browser has none: forms are bound to it.
    func page(
        _ title: String, current: String = "", crumbs: [Crumb] = [], isLive: Bool = false, status: Int = 200,
        _ body: (PageFrame, inout Html) -> Void
    ) throws -> DashboardResponse {
        let number = try session ?? dashboard.sessions.newNumber()
        var frame = frame(number)
        frame.travel = try timeTravel()
        frame.began = began
        var fields = [HTTPField("content-type", "text/html; charset=utf-8")]
        if session == nil { fields.append(cookie.field(number)) }
        return DashboardResponse(
            status, fields,
            body: frame.page(
                title, current: current, crumbs: crumbs, isLive: isLive && past == nil && frame.options.refresh != nil
            ) {
                body(frame, &$0)
            })
    }

    var cookie: SessionCookie { dashboard.cookie(for: request) }
}
