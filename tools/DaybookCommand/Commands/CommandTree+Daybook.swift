extension CommandTree {
    /// Everything that `daybook` can do, in the order in which help shows it.
    static let daybook = CommandTree(
        groups: [],
        commands: [
            InitCommand.description,
            HelpCommand.description, CompletionsCommand.description,
        ])
}
