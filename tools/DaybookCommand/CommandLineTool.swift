#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One run of the program, from arguments to exit code.
enum CommandLineTool {
    static func run() -> ExitCode {
        let output = StandardOutput()
        var arguments: [String] = []
        var code = ExitCode.done
        do {
            arguments = try Surroundings.arguments()
            try run(arguments, output)
        } catch {
            code = end(with: Failure(error), LogFormat(askedBy: arguments))
        }
        do {
            try output.flush()
        } catch {
            let late = end(with: error, LogFormat(askedBy: arguments))
            if code == .done { code = late }
        }
        return code
    }

    private static func run(_ arguments: [String], _ output: StandardOutput) throws {
        switch try ArgumentParser.parse(arguments, .daybook) {
        case .version(let isJSON):
            try output.line(isJSON ? "{\"version\":\"\(Version.text)\"}" : "daybook \(Version.text)")
        case .help(let words, let isJSON): try HelpCommand.print(words, .daybook, isJSON: isJSON, to: output)
        case .command(let command, let call):
            CrashGuard.enter(command.name)
            let context = try CommandContext(call, of: .daybook, output: output)
            if context.log.level > .debug { OwnStandardError.keep() }
            try command.run(call, context)
        }
    }

    private static func end(with failure: Failure, _ format: LogFormat) -> ExitCode {
        if let sentence = failure.sentence {
            switch format {
            case .text: StandardError.line("daybook: \(sentence)")
            case .json: StandardError(format: .json).log(.error, sentence)
            }
        }
        return failure.code
    }
}
