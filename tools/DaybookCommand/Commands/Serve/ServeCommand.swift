import Daybook
import DaybookDashboard
import DaybookLog
import DaybookModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The dashboard, the JSON API and metrics, and work for those who ask over HTTP.
enum ServeCommand {
    static let listen = Option("--listen", .text("HOST:PORT"), "where to listen (127.0.0.1:8484)")
    static let portFile = Option("--port-file", .file("F"), "write HOST:PORT here once the server answers")
    static let readOnly = Flag("--read-only", "nobody can change anything")
    static let base = Option("--base-path", .text("PATH"), "answer below this path only, such as /jobs")
    static let title = Option("--title", .line("TEXT", bytesMax: 128), "what the pages are called (Daybook)")
    static let backLink = Option(
        "--back-link", .line("URL", bytesMax: 1_024), "where a link in the pages leads back to: a path, or http(s)://…")
    static let pageSize = Option(
        "--page-size", ValueKind<Int>.number("N", in: 1...500), "how many rows a page has (50)")
    static let refresh = Option(
        "--refresh", .line("DUR", bytesMax: 32), "refresh open pages no oftener than this, or `never` (2s)")
    static let host = Option("--host", .host("NAME"), "a name that this server is asked for under", repeats: true)
    static let origin = Option(
        "--origin", .origin("URL"), "the address that browsers know it by, such as https://jobs.example.com",
        repeats: true)

    static let trustedProxy = Option(
        "--trusted-proxy", .text("CIDR"), "believe this proxy, such as 10.0.0.0/8, whose requests it passes on",
        repeats: true)

    static let alerts = Option(
        "--alerts", .file("FILE"), "watch the store as this JSON file says, and tell those whom it names")

    static let description = CommandDescription(
        "serve", "the dashboard, the JSON API and metrics",
        discussion: [
            "It listens on this machine only unless --listen says otherwise, and then it needs --auth-file. What a "
                + "proxy forwards is not from this machine.",
            "With --exec it also runs jobs, as `work` does.",
            "SIGHUP reads the auth file anew. SIGTERM or SIGINT hands out no more and waits for what runs here and for "
                + "claims of workers elsewhere; a second signal does not wait.",
        ],
        options: [
            listen.description, portFile.description, AuthCommands.file.description, readOnly.description,
            alerts.description, base.description, title.description,
            backLink.description, pageSize.description, refresh.description, host.description, origin.description,
            trustedProxy.description,
            WorkCommand.shell.description, WorkCommand.queue.description, WorkCommand.concurrency.description,
            WorkCommand.lease.description, WorkCommand.stopTimeout.description,
        ]
    ) { call, context in
        let address = try address(call)
        let authFile = try AuthCommands.path(call)
        guard address.isLoopback || authFile != nil else {
            throw Failure.wrongCall(
                "Others can come to \(address): say who may with --auth-file, or listen on 127.0.0.1.")
        }
        var options = DashboardOptions()
        options.isReadOnly = call.has(readOnly)
        options.title = try call.value(title) ?? options.title
        options.basePath = try basePath(call)
        options.backLink = try backLink(call)
        options.pageSize = try call.value(pageSize) ?? options.pageSize
        options.refresh = try refresh(call, options.refresh)
        options.origins = try call.values(origin)
        options.hosts = try call.values(host) + (address.isEverywhere ? [] : [address.host])
        options.trustedProxies = try call.values(trustedProxy).map { text in
            guard let block = AddressBlock(text) else {
                throw Failure.wrongCall("--trusted-proxy needs an address or a block such as 10.0.0.0/8.")
            }
            return block
        }
        var file: AuthFile?
        if let authFile {
            do { file = try AuthFile(authFile) } catch { throw Failure.wrongCall("\(error)") }
            options.access = .file(file!)
        }
        let queues = try call.values(WorkCommand.queue)
        let server = DashboardService(
            folder: context.folder, address: address, options: options, authFile: file,
            portFile: try call.value(portFile), command: try call.value(WorkCommand.shell),
            queues: queues.isEmpty ? nil : queues, concurrency: try call.value(WorkCommand.concurrency) ?? 4,
            lease: try call.value(WorkCommand.lease), alerts: try call.value(alerts).map { try AlertFile($0) },
            patience: try call.value(WorkCommand.stopTimeout) ?? WallDuration(microseconds: 30_000_000),
            log: context.log)
        try server.run()
    }

    private static func address(_ call: Invocation) throws -> ListenAddress {
        guard let text = try call.value(listen) else { return .usual }
        guard let address = ListenAddress(text) else {
            throw Failure.wrongCall("--listen needs an address and a port such as 127.0.0.1:8484 or [::1]:0.")
        }
        return address
    }

    private static func backLink(_ call: Invocation) throws -> String? {
        guard let text = try call.value(backLink) else { return nil }
        guard ["/", "http://", "https://"].contains(where: text.hasPrefix), !text.hasPrefix("//") else {
            throw Failure.wrongCall("--back-link needs a path such as /, or an address that begins with http(s)://.")
        }
        return text
    }

    private static func refresh(_ call: Invocation, _ usual: Duration?) throws -> Duration? {
        guard let text = try call.value(refresh) else { return usual }
        if text == "never" { return nil }
        guard let pace = WallDuration(text), (100_000...3_600_000_000).contains(pace.microseconds) else {
            throw Failure.wrongCall("--refresh needs a time from 100ms to 1h, or `never`.")
        }
        return .microseconds(pace.microseconds)
    }

    private static func basePath(_ call: Invocation) throws -> String {
        guard let path = try call.value(base), path != "/" else { return "" }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 1, parts[0].isEmpty, parts.dropFirst().allSatisfy({ Name.isValid(String($0)) }) else {
            throw Failure.wrongCall("--base-path needs a path such as /jobs, without a slash at its end.")
        }
        return path
    }
}
