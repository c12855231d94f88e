import DaybookLog

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The child's side: reads the store and may die of it.
enum VerifyHere {
    static let description = CommandDescription(
        "log verify-here", "verify the log in this very process", options: VerifyLog.options, isHidden: true
    ) { call, context in
        Leash.hold()
        var options = LogVerifier.Options()
        if let file = try call.value(VerifyLog.acknowledgements) {
            options.acknowledgements = try AcknowledgementFile.read(file)
        }
        say(.progress(ReadProgress(.opening, at: 0, of: 0)))
        let report: VerifyReport
        do {
            let store = try CommandStore.reading(context)
            defer { store.close() }
            report = store.verify(options) { say(.progress($0)) }
        } catch {
            let failure = Failure(error)
            say(.report(failure.code))
            throw failure
        }
        say(.report(report.exitCode))
        try context.print { json in
            json.object { report.write(to: &$0) }
        } text: {
            report.lines
        }
        try context.output.flush()
    }

    /// At once and whole: the next thing this process does may be its last. Threads say it side by side; a short write to a pipe is not torn.
    @Sendable private static func say(_ message: VerifyMessage) {
        if Descriptor.write(Array((message.line + "\n").utf8), to: STDOUT_FILENO) != 0 { _exit(ExitCode.unusable.rawValue) }
    }
}
