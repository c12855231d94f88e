import DaybookLog

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The child's side: reads the store and may die of it.
enum VerifyHere {
    static let workers = Option("--workers", ValueKind<Int>.number(in: 1...1_024), "threads")
    static let step = Option("--step", ValueKind<Int>.number(in: 1...65_536), "how much is read before it says where")

    static let description = CommandDescription(
        "log verify-here", "verify the log in this very process",
        options: [
            VerifyLog.full.description, VerifyLog.acknowledgements.description, VerifyLog.checkpoint.description,
            workers.description, step.description,
        ],
        isHidden: true
    ) { call, context in
        CrashGuard.remove()
        StopGuard.remove()
        Leash.hold()
        var options = LogVerifier.Options()
        options.includesArchives = call.has(VerifyLog.full)
        if let workers = try call.value(workers) { options.workers = workers }
        if let step = try call.value(step) { options.eventsBetweenProgress = step }
        if let file = try call.value(VerifyLog.acknowledgements) {
            options.acknowledgements = try AcknowledgementFile.read(file)
        }
        if let file = try call.value(VerifyLog.checkpoint) {
            options.checkpoints = try CheckpointFile(path: file).checkpoints()
        }
        say(VerifyProtocol.opening(workers: options.workers, step: options.eventsBetweenProgress))
        let report: VerifyReport
        do {
            let store = try CommandStore.reading(context)
            defer { store.close() }
            report = store.verify(options) { say(VerifyProtocol.line($0)) }
        } catch let error as LogError where error.code == .damaged {
            var damaged = VerifyReport()
            damaged.findings = [VerifyFinding(error.description, at: error.sequence)]
            report = damaged
        }
        say(VerifyProtocol.lines(report))
    }

    /// At once and whole: the next thing this process does may be its last. Threads speak side by side; a line to a
    /// pipe is not torn.
    @Sendable private static func say(_ lines: String) {
        if Descriptor.write(Array(lines.utf8), to: STDOUT_FILENO) != 0 { _exit(ExitCode.unusable.rawValue) }
    }
}
