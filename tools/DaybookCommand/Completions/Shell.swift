enum Shell: String, CaseIterable, Sendable {
    case bash, zsh, fish

    func completions(for tree: CommandTree) -> [String] {
        switch self {
        case .bash: BashCompletions(tree).lines
        case .zsh: ZshCompletions(tree).lines
        case .fish: FishCompletions(tree).lines
        }
    }
}

extension CommandTree {
    /// Every prefix of a command's name, the whole name included: what a shell has to recognise word by word.
    var namePrefixes: [String] {
        var names: [String] = []
        for command in visible {
            for count in 1...command.path.count {
                let name = command.path.prefix(count).joined(separator: " ")
                if !names.contains(name) { names.append(name) }
            }
        }
        return names
    }

    /// The options whose next word is a value, over all commands.
    var optionsWithValue: [OptionDescription] {
        var options: [OptionDescription] = []
        for option in GlobalOptions.all + visible.flatMap(\.options) where !option.isFlag {
            if !options.contains(where: { $0.name == option.name }) { options.append(option) }
        }
        return options
    }

    /// The words that can follow an incomplete name.
    func nextWords(after name: String) -> [(word: String, summary: String)] {
        guard !name.isEmpty else {
            return firstWords.map { word in
                (word, group(word)?.summary ?? visible.first { $0.path == [word] }?.summary ?? "")
            }
        }
        return commands(in: name).map { ($0.path[1], $0.summary) }
    }

    func command(named name: String) -> CommandDescription? { visible.first { $0.name == name } }
}

extension String {
    /// The text with every `from` replaced.
    func replacing(_ from: Character, with to: String) -> String {
        reduce(into: "") { $0 += $1 == from ? to : String($1) }
    }
}
