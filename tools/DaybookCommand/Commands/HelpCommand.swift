enum HelpCommand {
    static let words = Positional("COMMAND", .text("COMMAND"), .any)

    static let description = CommandDescription(
        "help", "what there is, or what one command does and takes", positionals: [words.description]
    ) { call, context in
        try print(call.values(words), context.tree, isJSON: context.isJSON, to: context.output)
    }

    static func print(_ words: [String], _ tree: CommandTree, isJSON: Bool, to output: StandardOutput) throws {
        if isJSON {
            for line in try HelpJSON.lines(on: words, tree) { try output.line(line) }
        } else {
            for line in try HelpText.lines(on: words, tree) { try output.line(line) }
        }
    }
}
