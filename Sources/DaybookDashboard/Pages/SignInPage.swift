internal import DaybookModel

/// Where people sign in and out.
enum SignInRoutes {
    static let all = [
        Route("GET", "/login", .everyone, .page, "The page where people sign in") { call in
            try page(call, status: 200, problem: nil)
        },
        Route(
            "POST", "/login", .everyone, .page, "Signs somebody in",
            [
                .body("name", .text, "Who it is", isRequired: true),
                .body("password", .text, "His password", isRequired: true),
                .body("next", .text, "Where to go from there"),
            ], success: 303
        ) { try await signIn($0) },
        Route("POST", "/logout", .known, .page, "Signs somebody out", success: 303) { call in
            if let session = call.session { call.dashboard.sessions.end(session) }
            var response = DashboardResponse.seeOther(PageLink(call.base, ["login"]).text)
            response.fields.append(call.cookie.forgetting)
            return response
        },
    ]

    private static func page(_ call: RouteCall, status: Int, problem: String?) throws -> DashboardResponse {
        guard call.dashboard.hasLogin else { throw RouteFailure.notFound }
        let next = (try? call.request.method == "POST" ? call.form.value("next") : call.query.value("next")) ?? nil
        return try call.page(Texts.signIn, status: status) { frame, html in
            if let problem { html.element("p", [.class("note bad"), .named("role", "alert")], problem) }
            frame.form(&html, ["login"], [.class("card sign-in")]) { html in
                html.void("input", [.type("hidden"), .name("next"), .value(next.flatMap(ownPath) ?? "")])
                html.element("label") { html in
                    html.text(Texts.name)
                    html.void(
                        "input",
                        [.name("name"), .named("autocomplete", "username"), .flag("required"), .flag("autofocus")])
                }
                html.element("label") { html in
                    html.text(Texts.password)
                    html.void(
                        "input",
                        [
                            .name("password"), .type("password"), .named("autocomplete", "current-password"),
                            .flag("required"),
                        ])
                }
                html.element("button", Texts.signIn)
            }
        }
    }

    /// A path of this server and nothing that a browser could take for another.
    static func ownPath(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.first == UInt8(ascii: "/"), bytes.count < 2_048, bytes.dropFirst().first != UInt8(ascii: "/"),
            bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return nil }
        return text
    }

    private static func signIn(_ call: RouteCall) async throws -> DashboardResponse {
        let dashboard = call.dashboard
        guard case .file(let file) = dashboard.options.access.way else { throw RouteFailure.notFound }
        let form = try call.form
        let (name, password) = (try form.value("name") ?? "", try form.value("password") ?? "")
        let source = call.request.source
        let now = dashboard.now()
        if let seconds = dashboard.backoff.wait(source, name, now: now) {
            throw RouteFailure.tooMany(Texts.Refused.manyWrongTries, retryAfterSeconds: seconds)
        }
        let user = file.current.users.first { $0.name == name }
        let isRight = dashboard.backoff.check {
            let hash = user?.password ?? PasswordHash.ofNobody
            return hash?.isHash(of: password) == true && user != nil
        }
        guard let isRight else {
            throw RouteFailure.tooMany(Texts.Refused.manySignIns, retryAfterSeconds: 1)
        }
        guard isRight, let user else {
            dashboard.backoff.fail(source, name, now: now)
            await dashboard.deny(call.request, call.route, .nobody, "wrong name or password")  // tidy: for the log
            return try page(call, status: 401, problem: Texts.signInFailed)
        }
        dashboard.backoff.succeed(source, name)
        let number = try dashboard.sessions.begin(user.name, user.password, insteadOf: call.session, now: now)
        let next = try form.value("next").flatMap(ownPath) ?? PageLink(call.base, []).text
        var response = DashboardResponse.seeOther(next)
        response.fields.append(call.cookie.field(number))
        return response
    }
}
