#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One run of the program, from arguments to exit code.
enum CommandLineTool {
    static func run() -> ExitCode {
        let output = StandardOutput()
        var code = ExitCode.done
        do {
            try run(Surroundings.arguments(), output)
        } catch {
            code = end(with: Failure(error))
        }
        do {
            try output.flush()
        } catch {
            let late = end(with: error)
            if code == .done { code = late }
        }
        return code
    }

    private static func run(_ arguments: [String], _ output: StandardOutput) throws {
        switch try ArgumentParser.parse(arguments, .daybook) {
        case .version: try output.line("daybook \(Version.text)")
        case .help(let words): for line in try HelpText.lines(on: words, .daybook) { try output.line(line) }
        case .command(let command, let call):
            CrashGuard.enter(command.name)
            let context = try CommandContext(call, of: .daybook, output: output)
            if context.log.level > .debug { OwnStandardError.keep() }
            try command.run(call, context)
        }
    }

    private static func end(with failure: Failure) -> ExitCode {
        if let sentence = failure.sentence { StandardError.line("daybook: \(sentence)") }
        return failure.code
    }
}
