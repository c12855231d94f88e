enum HelpCommand {
    static let words = Positional("COMMAND", .text("COMMAND"), .any)

    static let description = CommandDescription(
        "help", "what there is, or what one command does and takes", positionals: [words.description]
    ) { call, context in
        for line in try HelpText.lines(on: call.values(words), context.tree) { try context.output.line(line) }
    }
}
