import Daybook
import DaybookDashboard
import DaybookLog
import DaybookModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Serves until it is told to stop, and runs jobs if there is a command for them.
struct DashboardService: Sendable {
    let folder: String
    let address: ListenAddress
    let options: DashboardOptions
    let authFile: AuthFile?
    let portFile: String?
    let command: String?
    let queues: [String]?
    let concurrency: Int
    let lease: WallDuration?
    let alerts: AlertFile?
    let patience: WallDuration
    let log: StandardError

    func run() throws {
        try DescriptorLimit.requireServing(jobs: command == nil ? 0 : concurrency)
        StopSignals.hold()
        ReloadSignal.hold()
        CrashGuard.storeIsOpen(folder)
        let groups = ProcessGroups(isAlone: false, hasJobs: command != nil)
        var engineOptions = EngineOptions()
        if let lease { engineOptions.lease = .microseconds(lease.microseconds) }
        if let alerts {
            engineOptions.alerts = alerts.rules
            engineOptions.alertDeliveries = alerts.deliveries
            engineOptions.alertsEvery = alerts.interval
        }
        engineOptions.whenAskedToStop = { kill(getpid(), SIGTERM) }
        engineOptions.whenOutdated = { [log] in log.log(.error, $0) }
        let command = command
        forgetAddress()
        let engine = try JobEngine.open(folder, program: "daybook \(Version.text)", options: engineOptions) {
            registry in
            // Workers elsewhere may run anything, so this process is there for all jobs.
            registry.registerFallback { arguments, context in
                guard let command else { throw JobOutcome.snooze(.seconds(1)) }
                try await ShellWorker.run(command, arguments, context, groups)
            }
        }
        groups.store = engine.identity
        let (dashboard, server): (Dashboard, HTTPServer)
        do {
            dashboard = try Dashboard(engine, options)
            server = try HTTPServer(listening: address) { [dashboard] in await dashboard.respond(to: $0) }
        } catch {
            try? ThreadBridge.waitFor { try await engine.close() }
            if let error = error as? HTTPServerError { throw Failure.unusable(error.description) }
            throw error
        }
        let (stopping, hurrying) = (StopFlag(), StopFlag())
        StopSignals(
            patience: patience,
            onFirst: {
                engine.stop()
                stopping.raise()
            },
            onLast: {
                groups.killAll()
                hurrying.raise()
            }
        ).start()
        if let authFile { ReloadSignal(authFile, log).start() }
        try announce(server)
        defer { forgetAddress(of: server) }
        try ThreadBridge.waitFor { [queues, concurrency] in
            if command != nil {
                try await engine.run(workers: concurrency, queues: queues)
            } else {
                try await engine.watchAlerts()
            }
            await stopping.wait()
            await DashboardService.waitForClaims(dashboard, until: hurrying)
            await dashboard.stop()
            await server.finish()
            try await engine.close()
        }
        groups.end()
    }

    /// What workers elsewhere have begun they may end, as commands here may.
    private static func waitForClaims(_ dashboard: Dashboard, until hurrying: StopFlag) async {
        await withTaskGroup { group in
            group.addTask {
                await dashboard.waitForClaims()
                hurrying.raise()
            }
            group.addTask { await hurrying.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Whoever reads it is to find the address of a server that answers, or nothing.
    private func forgetAddress() {
        guard let portFile else { return }
        unlink(portFile)
    }

    /// Another server may have written its own there since.
    private func forgetAddress(of server: HTTPServer) {
        guard let portFile, let said = try? Files.contents(portFile, bytesMax: 256),
            said == Array("\(server.address)\n".utf8)
        else { return }
        forgetAddress()
    }

    private func announce(_ server: HTTPServer) throws {
        log.log(.info, "http://\(server.address)\(options.basePath)/")
        guard let portFile else { return }
        // Whole or not at all: somebody is waiting for it.
        let draft = "\(portFile).new"
        guard let file = fopen(draft, "w") else { throw Files.unwritable(portFile, errno) }
        fputs("\(server.address)\n", file)
        guard fclose(file) == 0, rename(draft, portFile) == 0 else { throw Files.unwritable(portFile, errno) }
    }
}
