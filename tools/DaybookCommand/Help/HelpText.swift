import DaybookModel

/// Help, written from the commands' own descriptions.
enum HelpText {
    static func lines(on words: [String], _ tree: CommandTree) throws(Failure) -> [String] {
        if words.isEmpty { return overview(tree) }
        if let command = tree.visible.first(where: { $0.path == words }) { return help(on: command) }
        if words.count == 1, let group = tree.group(words[0]) { return help(on: group, tree) }
        throw unknown(words, tree)
    }

    static func unknown(_ words: [String], _ tree: CommandTree) -> Failure {
        let name = words.joined(separator: " ")
        let hint =
            NearestWord.of(name, in: tree.visible.map(\.name)).map { "did you mean `\($0)`?" }
            ?? "`daybook help` lists them."
        return .wrongCall("There is no command \(quoted(name)); \(hint)")
    }

    private static func overview(_ tree: CommandTree) -> [String] {
        var lines = ["daybook COMMAND [options]: an event-sourced engine for background jobs", ""]
        var rows: [(String, String)] = []
        for word in tree.firstWords {
            if let group = tree.group(word) {
                rows.append(("\(word) …", group.summary))
            } else if let command = tree.visible.first(where: { $0.path == [word] }) {
                rows.append((word, command.summary))
            }
        }
        lines += ["Commands"] + table(rows) + [""]
        lines += ["Everywhere"] + table(GlobalOptions.all.map { (label($0), $0.summary) }) + [""]
        lines += exitCodes + ["", "`daybook help COMMAND` says more about one of them."]
        return lines
    }

    private static let exitCodes = [
        "Exit codes: 0 done; 1 the answer is no; 2 the call is wrong; 3 the store cannot be used; 130 or 143",
        "stopped by SIGINT or SIGTERM before it was done.",
    ]

    private static func help(on group: CommandGroup, _ tree: CommandTree) -> [String] {
        let rows = tree.commands(in: group.name).map { ($0.name, $0.summary) }
        return ["daybook \(group.name): \(group.summary)", ""] + table(rows)
            + ["", "`daybook help \(group.name) COMMAND` says more about one of them."]
    }

    private static func help(on command: CommandDescription) -> [String] {
        var lines = wrap(usage(of: command), indent: 4)
        lines += ["", "\(sentence(command.summary))"]
        for paragraph in command.discussion { lines += [""] + wrap(paragraph, indent: 0) }
        if !command.options.isEmpty {
            lines += ["", "Options"] + table(command.options.map { (label($0), $0.summary) })
        }
        return lines + ["", "Everywhere"] + table(GlobalOptions.all.map { (label($0), $0.summary) })
    }

    static func usage(of command: CommandDescription) -> String {
        var parts = ["daybook", command.name]
        for place in command.positionals {
            let name = place.repeats ? "\(place.name)…" : place.name
            parts.append(place.isRequired ? name : "[\(name)]")
        }
        parts += command.options.map { "[\(label($0))]" + ($0.repeats && !$0.isFlag ? "…" : "") }
        return parts.joined(separator: " ")
    }

    private static func label(_ option: OptionDescription) -> String {
        option.placeholder.map { "\(option.name) \($0)" } ?? option.name
    }

    private static func sentence(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst() + "."
    }

    // MARK: Layout

    private static let width = 100

    private static func table(_ rows: [(String, String)]) -> [String] {
        let left = min(rows.map { TextWidth.of($0.0) }.max() ?? 0, 34)
        return rows.flatMap { label, text in
            let start = "  " + label + String(repeating: " ", count: max(0, left - TextWidth.of(label))) + "  "
            return wrap(start + text, indent: left + 4)
        }
    }

    /// Breaks at blanks; lines after the first are indented.
    private static func wrap(_ text: String, indent: Int) -> [String] {
        var lines: [String] = []
        var line = Substring(text)
        var isFirst = true
        while true {
            let limit = isFirst ? width : width - indent
            let prefix = isFirst ? "" : String(repeating: " ", count: indent)
            guard TextWidth.of(line) > limit, let end = line.prefix(limit + 1).lastIndex(of: " "),
                line[..<end].contains(where: { $0 != " " })
            else {
                return lines + [prefix + line]
            }
            lines.append(prefix + line[..<end])
            line = line[line.index(after: end)...]
            isFirst = false
        }
    }
}
