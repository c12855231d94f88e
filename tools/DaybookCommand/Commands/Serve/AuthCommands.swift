import DaybookDashboard
import DaybookLog
import DaybookModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Who may come in to `daybook serve`.
enum AuthCommands {
    static let file = Option("--auth-file", .file("F"), "the file that says who may come in ($DAYBOOK_AUTH_FILE)")
    static let role = Option(
        "--role", .text("R"), "viewer, operator, admin, worker, or one permission such as jobs.read", repeats: true)
    static let tenant = Option("--tenant", .name("T"), "sees and touches the jobs of this tenant only")
    static let expires = Option("--expires", .time, "is good until then only")
    static let name = Positional("NAME", .name("NAME"))

    static let add = CommandDescription(
        "auth add", "let a person in, or give one another password; it is read from standard input",
        discussion: ["The server takes the change in when it gets SIGHUP."],
        positionals: [name.description], options: [file.description, role.description, tenant.description]
    ) { call, context in
        let (editor, name, roles) = try begin(call)
        let password = try password()
        try tell { try editor.setUser(name, password: password, roles: roles, tenant: try call.value(tenant)) }
        try context.print(json: { $0.object { $0.field("user", name) } }, text: { ["\(name) may come in"] })
    }

    static let token = CommandDescription(
        "auth token", "let a program in: prints a token that is shown this once",
        positionals: [name.description],
        options: [file.description, role.description, tenant.description, expires.description]
    ) { call, context in
        let (editor, name, roles) = try begin(call)
        let token = try tell {
            try editor.addToken(
                name, roles: roles, tenant: try call.value(tenant), expires: try call.value(expires))
        }
        try context.print(
            json: { json in
                json.object { json in
                    json.field("name", name)
                    json.field("token", token)
                }
            }, text: { [token] })
    }

    static let remove = CommandDescription(
        "auth remove", "let a person or program in no more", positionals: [name.description],
        options: [file.description]
    ) { call, context in
        guard let name = try call.value(name) else { return }
        let wasThere = try tell { try editor(call).remove(name) }
        guard wasThere else { throw Failure.no("The auth file has no \(name).") }
        try context.print(json: { $0.object { $0.field("removed", name) } }, text: { ["\(name) is removed"] })
    }

    static func path(_ call: Invocation) throws(Failure) -> String? {
        if let path = try call.value(file) { return path }
        return Surroundings.variable("DAYBOOK_AUTH_FILE").flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func editor(_ call: Invocation) throws -> AuthFileEditor {
        guard let path = try path(call) else { throw Failure.wrongCall("Name the auth file: --auth-file F.") }
        let host = try HostFacts.real()
        return AuthFileEditor(path, random: { try host.randomBytes($0) })
    }

    private static func begin(_ call: Invocation) throws -> (AuthFileEditor, String, [String]) {
        guard let name = try call.value(name) else { throw Failure.wrongCall("Say whom.") }
        let roles = try call.values(role)
        guard !roles.isEmpty else { throw Failure.wrongCall("Say what \(name) may: --role viewer, for example.") }
        return (try editor(call), name, roles)
    }

    /// The first line of standard input.
    private static func password() throws -> String {
        if isatty(STDIN_FILENO) == 1 { StandardError.line("password (it is shown while you type):") }
        let bytes = try Files.contents("-", bytesMax: 4_096)
        let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
        guard let text = String(validating: line, as: UTF8.self), !text.isEmpty else {
            throw Failure.wrongCall("Give the password on standard input.")
        }
        return text
    }

    private static func tell<R>(_ body: () throws -> R) throws -> R {
        do { return try body() } catch let error as AuthFileError { throw Failure.wrongCall(error.description) }
    }
}
