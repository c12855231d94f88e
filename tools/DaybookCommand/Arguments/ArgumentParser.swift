import DaybookModel

// A call is read in two steps. First the words that name the command, with nothing but global options among them; then
// everything behind them by that command's description. Values are checked as they are read, so a command never starts
// with one that is wrong.

/// What a call asks for.
enum ParsedCall {
    case command(CommandDescription, Invocation)
    /// Help on what these words name; on everything if there are none.
    case help([String], isJSON: Bool)
    case version(isJSON: Bool)
}

struct ArgumentParser {
    let tree: CommandTree
    private var arguments: ArraySlice<String>
    private var invocation = Invocation()
    private var asksForHelp = false
    private var asksForVersion = false

    init(_ tree: CommandTree, _ arguments: [String]) {
        self.tree = tree
        self.arguments = arguments[...]
    }

    static func parse(_ arguments: [String], _ tree: CommandTree) throws(Failure) -> ParsedCall {
        var parser = ArgumentParser(tree, arguments)
        return try parser.parse()
    }

    private mutating func parse() throws(Failure) -> ParsedCall {
        let words = try readName()
        if asksForVersion, !tree.commands.contains(where: { $0.path == words }) { return .version(isJSON: isJSON) }
        guard let command = tree.commands.first(where: { $0.path == words }) else {
            if asksForHelp { return .help(words, isJSON: isJSON) }
            throw noCommand(words)
        }
        do {
            try readRest(of: command)
        } catch {
            // Who asks for help is helped, whatever else is wrong.
            if asksForHelp || arguments.contains(where: GlobalOptions.asksForHelp) {
                return .help(words, isJSON: isJSON)
            }
            throw error
        }
        if asksForVersion { return .version(isJSON: isJSON) }
        if asksForHelp { return .help(words, isJSON: isJSON) }
        try checkPositionals(of: command)
        return .command(command, invocation)
    }

    private var isJSON: Bool { invocation.has(GlobalOptions.json) }

    // MARK: The command's name

    private mutating func readName() throws(Failure) -> [String] {
        var words: [String] = []
        while let argument = arguments.first {
            if argument.hasPrefix("-") {
                // Behind a complete name, options are the command's.
                if tree.commands.contains(where: { $0.path == words }) { return words }
                arguments.removeFirst()
                try readOption(argument, among: GlobalOptions.all, of: nil)
            } else {
                let longer = words + [argument]
                guard tree.commands.contains(where: { $0.path.starts(with: longer) }) else {
                    if tree.commands.contains(where: { $0.path == words }) { return words }
                    throw unknownCommand(words, argument)
                }
                words = longer
                arguments.removeFirst()
            }
        }
        return words
    }

    private func unknownCommand(_ words: [String], _ word: String) -> Failure {
        let choices = words.isEmpty ? tree.firstWords : tree.commands(in: words[0]).map { $0.path[1] }
        let nearest = NearestWord.of(word, in: choices)
        let name = (["daybook"] + words).joined(separator: " ")
        let hint =
            nearest.map { "did you mean `\(name) \($0)`?" }
            ?? "`\((["daybook help"] + words).joined(separator: " "))` lists them."
        return .wrongCall("\(name) has no command \(quoted(word)); \(hint)")
    }

    private func noCommand(_ words: [String]) -> Failure {
        guard let group = words.first else { return .wrongCall("Say which command; `daybook help` lists them.") }
        let names = tree.commands(in: group).map { $0.path[1] }.joined(separator: ", ")
        return .wrongCall("Say what of `daybook \(group)`: \(names).")
    }

    // MARK: What follows it

    private mutating func readRest(of command: CommandDescription) throws(Failure) {
        var given: [String] = []
        let options = command.options + GlobalOptions.all
        while let argument = arguments.popFirst() {
            if argument == "--" {
                given += arguments
                arguments.removeAll()
            } else if argument.hasPrefix("-"), argument != "-" {
                try readOption(argument, among: options, of: command)
            } else {
                given.append(argument)
            }
        }
        try placePositionals(given, of: command)
    }

    private mutating func readOption(
        _ argument: String, among options: [OptionDescription], of command: CommandDescription?
    ) throws(Failure) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = parts[0] == GlobalOptions.shortHelp ? GlobalOptions.help.description.name : parts[0]
        guard let option = options.first(where: { $0.name == name }) else {
            throw unknownOption(parts[0], options, command)
        }
        if option.isFlag {
            guard parts.count == 1 else { throw .wrongCall("\(option.name) takes no value.") }
            if option.name == GlobalOptions.help.description.name { asksForHelp = true }
            if option.name == GlobalOptions.version.description.name { asksForVersion = true }
            invocation.add(option, "")
            return
        }
        guard option.repeats || !invocation.isGiven(option) else {
            throw .wrongCall("\(option.name) is given twice; leave one out.")
        }
        var values = Array(parts.dropFirst())
        while values.count < option.valueCount { values.append(try takeValue(of: option)) }
        for value in values {
            try option.check(value)
            invocation.add(option, value)
        }
    }

    private mutating func takeValue(of option: OptionDescription) throws(Failure) -> String {
        guard let next = arguments.first, !next.hasPrefix("--") else {
            let count = option.valueCount == 1 ? "a value" : "\(option.valueCount) values"
            throw .wrongCall(
                "\(option.name) needs \(count): \(option.name) \(option.placeholder ?? ""); one that begins with -- "
                    + "is written \(option.name)=--….")
        }
        arguments.removeFirst()
        return next
    }

    private func unknownOption(
        _ name: String, _ options: [OptionDescription], _ command: CommandDescription?
    ) -> Failure {
        let hint: String
        if let nearest = NearestWord.of(name, in: options.map(\.name)) {
            hint = "did you mean \(nearest)?"
        } else {
            hint = "`\((["daybook help"] + (command?.path ?? [])).joined(separator: " "))` lists what there is."
        }
        return .wrongCall(
            "\(quoted(name)) is no option of `\((["daybook"] + (command?.path ?? [])).joined(separator: " "))`; \(hint)"
        )
    }

    private mutating func placePositionals(_ given: [String], of command: CommandDescription) throws(Failure) {
        var places = command.positionals[...]
        for text in given {
            guard let place = places.first else {
                throw .wrongCall(
                    "\(quoted(text)) is one argument too many; `daybook help \(command.name)` says what the command "
                        + "takes."
                )
            }
            try place.check(text)
            invocation.add(place, text)
            if !place.repeats { places.removeFirst() }
        }
    }

    private func checkPositionals(of command: CommandDescription) throws(Failure) {
        for place in command.positionals where place.isRequired && invocation.positionals[place.name] == nil {
            throw .wrongCall("\(place.name) is missing; `daybook help \(command.name)` says what the command takes.")
        }
    }
}
