/// Completions for fish: one `complete` line for each thing that can be offered, under the condition that it fits here.
struct FishCompletions {
    let tree: CommandTree

    init(_ tree: CommandTree) {
        self.tree = tree
    }

    var lines: [String] {
        var lines = [
            "# Completions for fish: daybook completions fish | source",
            "function __daybook_command",
            "    set -l command ''",
            "    set -l before ''",
            "    for word in (commandline -opc)[2..]",
            "        if contains -- $before \(tree.optionsWithValue.map(\.name).joined(separator: " "))",
            "            set before ''",
            "            continue",
            "        end",
            "        set before $word",
            "        set -l longer (string trim -- \"$command $word\")",
            "        if contains -- $longer \(tree.namePrefixes.map(quote).joined(separator: " "))",
            "            set command $longer",
            "        end",
            "    end",
            "    echo $command",
            "end",
            "function __daybook_at",
            "    test (__daybook_command) = \"$argv[1]\"",
            "end",
            "complete -c daybook -f",
        ]
        for option in GlobalOptions.all { lines.append("complete -c daybook" + described(option)) }
        for name in [""] + tree.namePrefixes {
            let at = "complete -c daybook -n \"__daybook_at '\(name)'\""
            guard let command = tree.command(named: name) else {
                lines += tree.nextWords(after: name).map { "\(at) -a \(quote($0.word)) -d \(quote($0.summary))" }
                continue
            }
            if let place = command.positionals.first, place.completion != .nothing {
                lines.append(at + values(place.completion))
            }
            lines += command.options.map { at + described($0) }
        }
        return lines
    }

    private func described(_ option: OptionDescription) -> String {
        var text = " -l \(option.name.dropFirst(2)) -d \(quote(option.summary))"
        if !option.isFlag { text += option.completion == .files || option.completion == .folders ? " -r" : " -x" }
        return text + values(option.completion)
    }

    private func values(_ completion: ValueCompletion) -> String {
        switch completion {
        case .nothing: ""
        case .files: " -F"
        case .folders: " -a '(__fish_complete_directories)'"
        case .words(let words): " -a \(quote(words.joined(separator: " ")))"
        }
    }

    private func quote(_ text: String) -> String { "'\(text.replacing("'", with: "’"))'" }
}
