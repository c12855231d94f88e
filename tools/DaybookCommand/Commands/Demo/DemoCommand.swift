import Daybook
import DaybookDashboard
import DaybookLog
import DaybookModel

/// An engine with sample work and the dashboard: what `tools/demo` shows.
enum DemoCommand {
    static let once = Flag("--once", "enqueue some jobs, run them, verify the log and end")

    static let description = CommandDescription(
        "demo", "run an engine with sample work, and the dashboard",
        discussion: [
            "A small shop: orders come every other second, cards are charged, letters go out in a batch; some fail. "
                + "The dashboard is for this machine only, on port 8484 or, if that is taken, another one.",
            "Ctrl-C stops it cleanly.",
        ],
        options: [once.description]
    ) { call, context in
        StopSignals.hold()
        CrashGuard.storeIsOpen(context.folder)
        let demo = Demo(folder: context.folder)
        if call.has(once) {
            try demo.runOnce()
        } else {
            try DescriptorLimit.requireServing(jobs: Demo.workers)
            try demo.runUntilStopped { address in
                for line in demo.invitation(address) { try context.output.line(line) }
                try context.output.flush()
            }
        }
        for line in try demo.summary() { try context.output.line(line) }
    }
}

private struct Demo: Sendable {
    let folder: String
    static let workers = 4
    private static let program = "daybook demo \(Version.text)"

    /// What is there to be typed is what works: the program as it was called, and the folder as it was named.
    func invitation(_ address: ListenAddress) -> [String] {
        let daybook = "\(ShellWord(Surroundings.program)) --data \(ShellWord(folder))"
        return [
            "Daybook is running, with its store in \(folder) and its dashboard at",
            "",
            "  http://\(address)/",
            "",
            "Three things to try:",
            "  1. See why some orders fail, choose one and run it again: http://\(address)/jobs?state=failed",
            "  2. In another terminal, watch the log: \(daybook) log tail --follow",
            "  3. There, too, have somebody greeted: \(daybook) enqueue demo.greet --args '{\"person\":\"you\"}'",
            "",
            "Ctrl-C stops it.",
        ]
    }

    /// Greets everybody, has one job fail and be tried again, and waits until all is done.
    func runOnce() throws {
        try withEngine {
            $0.registerShop()
        } run: { engine in
            try ThreadBridge.waitFor {
                try await engine.enqueue(all: ["Ada", "Grace", "Alan", "Barbara", "Edsger"].map { Greet(person: $0) })
                try await engine.enqueue(ChargeCard(order: ChargeCard.firstFailing), .retry(.fixed(.zero)))
                try await engine.runUntilDrained(workers: Demo.workers)
            }
        }
    }

    func runUntilStopped(_ announce: (ListenAddress) throws -> Void) throws {
        try withEngine {
            $0.registerShop()
            $0.recurShop()
        } run: { engine in
            StopSignals(
                patience: WallDuration(microseconds: 30_000_000), onFirst: { engine.stop(within: .seconds(10)) },
                onLast: {}
            ).start()
            let dashboard = try Dashboard(engine)
            let server = try serve(dashboard)
            defer { server.stop() }
            try announce(server.address)
            try ThreadBridge.waitFor {
                try await engine.enqueueNewsletter()
                try await engine.run(workers: Demo.workers)
                await dashboard.stop()
            }
        }
    }

    /// On the usual port, so that the address can be guessed, or on any other if somebody has that.
    private func serve(_ dashboard: Dashboard) throws -> HTTPServer {
        let respond: @Sendable (DashboardRequest) async -> DashboardResponse = { await dashboard.respond(to: $0) }
        do {
            return try HTTPServer(listening: .usual, respond)
        } catch is HTTPServerError {
            guard let other = ListenAddress("\(ListenAddress.usual.host):0") else { throw Failure.unusable("No port.") }
            return try HTTPServer(listening: other, respond)
        }
    }

    private func withEngine(
        _ register: (inout JobRegistry) -> Void, run body: (JobEngine) throws -> Void
    ) throws {
        let engine = try JobEngine.open(folder, program: Demo.program, register)
        do {
            try body(engine)
        } catch {
            try? ThreadBridge.waitFor { try await engine.close() }
            throw error
        }
        try ThreadBridge.waitFor { try await engine.close() }
    }

    /// What there was, once the log has been read from its first event on and found whole.
    func summary() throws -> [String] {
        let store = try StoreFolder.open(folder, .readOnly, program: Demo.program)
        defer { store.close() }
        guard LogVerifier(store.storage).verify().verdict == .good else {
            let daybook = "\(ShellWord(Surroundings.program)) --data \(ShellWord(folder))"
            throw Failure.no("The log does not verify; run `\(daybook) log verify`.")
        }
        return try store.storage.read { log in
            var books = Books()
            let counts = try books.allQueues(in: log).reduce(into: (done: UInt64(0), failed: UInt64(0))) {
                $0.done += $1[.succeeded]
                $0.failed += $1[.failed]
            }
            return [
                "\(counts.done) jobs succeeded, \(counts.failed) failed, \(try log.last) events in the log, which "
                    + "verifies."
            ]
        }
    }
}
