/// Completions for bash: one function that finds out which command the words so far name, and offers what can follow.
struct BashCompletions {
    let tree: CommandTree

    init(_ tree: CommandTree) {
        self.tree = tree
    }

    var lines: [String] {
        let head = [
            "# Completions for bash: eval \"$(daybook completions bash)\"",
            "_daybook() {",
            "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}",
            "    local command= word before= index",
            "    for ((index = 1; index < COMP_CWORD; index++)); do",
            "        word=${COMP_WORDS[index]}",
            "        case $before in \(alternatives(tree.optionsWithValue.map(\.name)))) before=; continue ;; esac",
            "        before=$word",
            "        case \"${command:+$command }$word\" in",
            "            \(alternatives(tree.namePrefixes.map(quote)))) command=\"${command:+$command }$word\" ;;",
            "        esac",
            "    done",
            "    COMPREPLY=()",
            "    case $previous in",
        ]
        let values = tree.optionsWithValue.map { option in
            "        \(option.name)) \(offer(option.completion)) return ;;"
        }
        let commands = ([""] + tree.namePrefixes).map { name in
            "        \(quote(name))) \(offers(after: name)) ;;"
        }
        return head + values + ["    esac", "    case $command in"] + commands
            + ["    esac", "}", "complete -F _daybook daybook"]
    }

    private func offers(after name: String) -> String {
        guard let command = tree.command(named: name) else {
            return offer(.words(tree.nextWords(after: name).map(\.word) + GlobalOptions.all.map(\.name)))
        }
        let options = offer(.words((command.options + GlobalOptions.all).map(\.name)))
        guard let place = command.positionals.first, place.completion != .nothing else { return options }
        return "if [[ $current == -* ]]; then \(options) else \(offer(place.completion)) fi"
    }

    private func offer(_ completion: ValueCompletion) -> String {
        switch completion {
        case .nothing: ":;"
        case .files: "mapfile -t COMPREPLY < <(compgen -f -- \"$current\");"
        case .folders: "mapfile -t COMPREPLY < <(compgen -d -- \"$current\");"
        case .words(let words):
            "mapfile -t COMPREPLY < <(compgen -W '\(words.joined(separator: " "))' -- \"$current\");"
        }
    }

    private func quote(_ text: String) -> String { "'\(text)'" }

    private func alternatives(_ words: [String]) -> String { words.joined(separator: "|") }
}
