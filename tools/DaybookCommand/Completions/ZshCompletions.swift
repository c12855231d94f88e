/// Completions for zsh, with a line about each thing that is offered.
struct ZshCompletions {
    let tree: CommandTree

    init(_ tree: CommandTree) {
        self.tree = tree
    }

    var lines: [String] {
        let head = [
            "#compdef daybook",
            "# Completions for zsh: eval \"$(daybook completions zsh)\", or this text as _daybook in $fpath",
            "_daybook() {",
            "    local command= word before= index",
            "    local -a offers",
            "    for ((index = 2; index < CURRENT; index++)); do",
            "        word=${words[index]}",
            "        case $before in (\(alternatives(tree.optionsWithValue.map(\.name)))) before=; continue ;; esac",
            "        before=$word",
            "        case \"${command:+$command }$word\" in",
            "            (\(alternatives(tree.namePrefixes.map(quote)))) command=\"${command:+$command }$word\" ;;",
            "        esac",
            "    done",
            "    case ${words[CURRENT-1]} in",
        ]
        let values = tree.optionsWithValue.map { "        (\($0.name)) \(offer($0.completion)) return ;;" }
        let commands = ([""] + tree.namePrefixes).map { "        (\(quote($0))) \(offers(after: $0)) ;;" }
        return head + values + ["    esac", "    case $command in"] + commands
            + [
                "    esac", "}",
                "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _daybook \"$@\"",
                "else compdef _daybook daybook; fi",
            ]
    }

    private func offers(after name: String) -> String {
        guard let command = tree.command(named: name) else {
            return described(tree.nextWords(after: name).map { ($0.word, $0.summary) } + global)
        }
        let options = described(command.options.map { ($0.name, $0.summary) } + global)
        guard let place = command.positionals.first, place.completion != .nothing else { return options }
        return "if [[ $PREFIX == -* ]]; then \(options) else \(offer(place.completion)) fi"
    }

    private var global: [(String, String)] { GlobalOptions.all.map { ($0.name, $0.summary) } }

    private func offer(_ completion: ValueCompletion) -> String {
        switch completion {
        case .nothing: ":;"
        case .files: "_files;"
        case .folders: "_files -/;"
        case .words(let words): "compadd -- \(words.joined(separator: " "));"
        }
    }

    private func described(_ words: [(String, String)]) -> String {
        let entries = words.map { word, summary in
            quote("\(word):\(summary.replacing("'", with: "’").replacing(":", with: "\\:"))")
        }
        return "offers=(\(entries.joined(separator: " "))); _describe daybook offers;"
    }

    private func alternatives(_ words: [String]) -> String { words.joined(separator: "|") }

    private func quote(_ text: String) -> String { "'\(text)'" }
}
