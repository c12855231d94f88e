import Daybook
import DaybookDashboard

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Looks at both views from a process that neither works nor follows:
///
///     follower-examples DIR board
///     follower-examples DIR account CUSTOMER
///
/// or shows them on the pages of a dashboard, for whoever is on this machine, until it is killed:
///
///     follower-examples DIR serve
@main struct FollowerExamples {
    static func main() async {
        do {
            try await look(CommandLine.arguments.dropFirst())
        } catch {
            // A view that nobody has followed yet, perhaps. An error that leaves `main` is a crash.
            let text = "follower-examples: \(error)\n"
            write(STDERR_FILENO, text, text.utf8.count)
            exit(1)
        }
    }

    private static func look(_ arguments: ArraySlice<String>) async throws {
        guard let folder = arguments.first, let what = arguments.dropFirst().first else {
            print("usage: follower-examples DIR board|serve | follower-examples DIR account CUSTOMER")
            return
        }
        let engine = try JobEngine.open(folder, program: "follower-examples")
        if what == "board" {
            for line in try HourlyFailures.board(engine) {
                print("\(line.hour) \(line.name): \(line.bad) of \(line.good + line.bad) failed, \(line.percent)%")
            }
        } else if what == "serve" {
            try await serve(engine)
        } else if let customer = arguments.last {
            let account = try CustomerLedger.account(of: customer, engine)
            print("\(customer): \(account.runs) runs")
            for entry in account.entries { print("  \(entry)") }
        }
        try await engine.close()
    }

    private static func serve(_ engine: JobEngine) async throws {
        var options = DashboardOptions()
        options.title = "Shop"
        options.panels = ShopPanels.all
        let dashboard = try Dashboard(engine, options)
        guard let address = ListenAddress("127.0.0.1:0") else { return }
        let server = try HTTPServer(listening: address) { await dashboard.respond(to: $0) }
        print("http://\(server.address)")
        // Whoever reads it through a pipe reads it now.
        fflush(nil)
        let (signals, _) = AsyncStream.makeStream(of: Void.self)
        for await _ in signals {}
        server.stop()
    }
}
