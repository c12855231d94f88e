enum CompletionsCommand {
    static let shell = Positional("SHELL", ValueKind<Shell>.word("SHELL"))

    static let description = CommandDescription(
        "completions", "what a shell needs to complete `daybook` (bash, zsh or fish)",
        discussion: [
            "For bash and zsh put `eval \"$(daybook completions bash)\"` (or `zsh`) into the shell's start file; for "
                + "fish `daybook completions fish | source`."
        ],
        positionals: [shell.description]
    ) { call, context in
        guard let shell = try call.value(shell) else { return }
        for line in shell.completions(for: context.tree) { try context.output.line(line) }
    }
}
