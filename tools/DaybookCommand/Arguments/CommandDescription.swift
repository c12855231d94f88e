/// One command: what parsing, help and completions come from, and what runs.
struct CommandDescription: Sendable {
    /// `["log", "export"]`.
    let path: [String]
    let summary: String
    /// What help says beyond the summary, a paragraph an element.
    let discussion: [String]
    let positionals: [PositionalDescription]
    let options: [OptionDescription]
    /// Hidden commands are the tool's own: a part of it that runs in a process of its own.
    let isHidden: Bool
    let run: @Sendable (Invocation, CommandContext) throws -> Void

    init(
        _ path: String, _ summary: String, discussion: [String] = [], positionals: [PositionalDescription] = [],
        options: [OptionDescription] = [], isHidden: Bool = false,
        run: @escaping @Sendable (Invocation, CommandContext) throws -> Void
    ) {
        self.path = path.split(separator: " ").map(String.init)
        self.summary = summary
        self.discussion = discussion
        self.positionals = positionals
        self.options = options
        self.isHidden = isHidden
        self.run = run
    }

    var name: String { path.joined(separator: " ") }
}

/// Commands that share their first word.
struct CommandGroup: Sendable {
    let name: String
    let summary: String
}

/// All commands there are.
struct CommandTree: Sendable {
    let groups: [CommandGroup]
    let commands: [CommandDescription]

    var visible: [CommandDescription] { commands.filter { !$0.isHidden } }

    /// The words that can stand first.
    var firstWords: [String] {
        var words: [String] = []
        for command in visible where words.last != command.path[0] { words.append(command.path[0]) }
        return words
    }

    func commands(in group: String) -> [CommandDescription] {
        visible.filter { $0.path.count > 1 && $0.path[0] == group }
    }

    func group(_ name: String) -> CommandGroup? { groups.first { $0.name == name } }
}
