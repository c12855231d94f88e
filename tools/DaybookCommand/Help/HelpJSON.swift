import DaybookModel

/// Help for programs: a line for each command that the words name, all of them if there are none.
enum HelpJSON {
    static func lines(on words: [String], _ tree: CommandTree) throws(Failure) -> [[UInt8]] {
        let commands = tree.visible.filter { $0.path.starts(with: words) }
        guard !commands.isEmpty else { throw HelpText.unknown(words, tree) }
        return commands.map(line)
    }

    private static func line(_ command: CommandDescription) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("command", command.name)
            json.field("summary", command.summary)
            json.field("discussion", command.discussion)
            json.list("arguments", command.positionals) { place, json in
                json.field("name", place.name)
                json.field("isRequired", place.isRequired)
                json.field("repeats", place.repeats)
            }
            json.list("options", command.options) { option, json in
                json.field("name", option.name)
                json.field("value", option.placeholder)
                json.field("summary", option.summary)
                json.field("repeats", option.repeats && !option.isFlag)
            }
        }
        return json.bytes
    }
}
