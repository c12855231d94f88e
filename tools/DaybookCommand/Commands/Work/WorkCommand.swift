import Daybook
import DaybookLog
import DaybookModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

enum WorkCommand {
    static let queue = Option("--queue", .name("Q"), "take jobs of this queue only", repeats: true)
    static let concurrency = Option("--concurrency", ValueKind<Int>.number(in: 1...1024), "run so many at a time (4)")
    static let drain = Flag("--drain", "stop when no job of these queues is enqueued or processing")
    static let shell = Option("--exec", .command("COMMAND"), "what /bin/sh -c runs for each job")
    static let lease = Option(
        "--lease", .lease, "after so long without a sign of life from this process, others take its jobs (60s)")
    static let stopTimeout = Option(
        "--stop-timeout", .duration, "how long running jobs have to finish when stopped (30s)")

    static let description = CommandDescription(
        "work", "run jobs as shell commands",
        discussion: [
            "Each job's arguments reach the command on standard input; DAYBOOK_JOB_ID, DAYBOOK_JOB_NAME, "
                + "DAYBOOK_ATTEMPT, DAYBOOK_TOKEN, DAYBOOK_QUEUE and DAYBOOK_STORE stand in its environment. "
                + "Standard output becomes the result. Exit 0 is success, 75 asks to run "
                + "again later without burning an attempt (a last line `retry-after: 30s` on standard error says "
                + "when; 60s otherwise), anything "
                + "else is a failure with the end of standard error as its error. All that it writes to standard error "
                + "becomes the job's log while it runs; see `jobs show --log`.",
            "A job that is cancelled, takes longer than its timeout, or was taken over by another process gets "
                + "SIGTERM, and SIGKILL five seconds later.",
            "SIGTERM or SIGINT stops claiming and waits for running jobs; a second signal does not wait.",
        ],
        options: [
            queue.description, concurrency.description, lease.description, drain.description, shell.description,
            stopTimeout.description,
        ]
    ) { call, context in
        guard let command = try call.value(shell) else {
            throw Failure.wrongCall("Say what to run for each job: --exec 'COMMAND'.")
        }
        let queues = try call.values(queue)
        let patience = try call.value(stopTimeout) ?? WallDuration(microseconds: 30_000_000)
        let worker = ShellWorker(
            folder: context.folder, command: command, queues: queues.isEmpty ? nil : queues,
            concurrency: try call.value(concurrency) ?? 4, patience: patience,
            lease: try call.value(lease), drains: call.has(drain), log: context.log)
        try worker.run()
    }
}

/// Works until it is told to stop, or until there is nothing left.
struct ShellWorker: Sendable {
    let folder: String
    let command: String
    let queues: [String]?
    let concurrency: Int
    let patience: WallDuration
    let lease: WallDuration?
    let drains: Bool
    let log: StandardError

    func run() throws {
        try DescriptorLimit.require(jobs: concurrency)
        StopSignals.hold()
        CrashGuard.storeIsOpen(folder)
        let groups = ProcessGroups(isAlone: true)
        let command = command
        var options = EngineOptions()
        if let lease { options.lease = .microseconds(lease.microseconds) }
        // All that a signal does, its patience included, is to be done then, too.
        options.whenAskedToStop = { kill(getpid(), SIGTERM) }
        options.whenOutdated = { [log] in log.log(.error, $0) }
        let engine = try JobEngine.open(folder, program: "daybook \(Version.text)", options: options) { registry in
            registry.registerFallback { arguments, context in
                try await ShellWorker.run(command, arguments, context, groups)
            }
        }
        groups.store = engine.identity
        StopSignals(patience: patience, onFirst: { engine.stop() }, onLast: { groups.killAll() }).start()
        let queues = queues
        let concurrency = concurrency
        let drains = drains
        try ThreadBridge.waitFor {
            if drains {
                try await engine.runUntilDrained(workers: concurrency, queues: queues)
            } else {
                try await engine.run(workers: concurrency, queues: queues)
            }
            try await engine.close()
        }
        groups.end()
    }
}

extension ShellWorker {
    /// One job as a command.
    static func run(
        _ command: String, _ arguments: [UInt8], _ context: JobContext, _ groups: ProcessGroups
    ) async throws {
        let job = ShellJob(command: command, arguments: arguments, context: context, groups: groups)
        let result = await withTaskCancellationHandler {
            await ThreadBridge.onThread { job.run() }
        } onCancel: {
            job.ending.begin()
        }
        if result.exit == .signal(SIGKILL), groups.wereKilled { throw RunAbandoned() }
        try ShellOutcome.report(result, context)
    }
}

/// What an exit code means.
enum ShellOutcome {
    /// From sysexits: the failure is temporary.
    private static let snoozeCode: Int32 = 75

    static func report(_ result: ShellResult, _ context: JobContext) throws {
        switch result.exit {
        case .code(0):
            guard result.output.count <= ShellJob.outputBytesMax else {
                throw RunRefusal.tooLarge("The result", bytesMax: ShellJob.outputBytesMax)
            }
            context.setResult(trimmed(result.output))
        case .code(snoozeCode): throw JobOutcome.snooze(.microseconds(retryAfter(result.errorTail)))
        case .code(let code): throw ShellFailure(text: tail(result.errorTail, "exit \(code)"))
        case .signal(let signal): throw ShellFailure(text: tail(result.errorTail, "signal \(signal)"))
        case .notStarted(let why): throw ShellFailure(text: why)
        }
    }

    /// Commands end their output with a line break that is not part of the result.
    private static func trimmed(_ output: [UInt8]) -> [UInt8] {
        output.last == UInt8(ascii: "\n") ? Array(output.dropLast()) : output
    }

    private static func tail(_ text: String, _ end: String) -> String {
        var text = text
        while text.last?.isNewline == true { text.removeLast() }
        return text.isEmpty ? end : "\(text)\n\(end)"
    }

    static func retryAfter(_ text: String) -> Int64 {
        let last = text.split(whereSeparator: \.isNewline).last ?? ""
        let prefix = "retry-after:"
        guard last.hasPrefix(prefix) else { return 60_000_000 }
        let value = last.dropFirst(prefix.count).drop { $0 == " " }
        return WallDuration(String(value))?.microseconds ?? 60_000_000
    }
}

/// A shell command that failed. Its text is what the command said.
struct ShellFailure: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}
