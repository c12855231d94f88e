/// A call that has been read and whose every value has been checked.
struct Invocation: Sendable {
    private(set) var options: [String: [String]] = [:]
    private(set) var positionals: [String: [String]] = [:]

    mutating func add(_ option: OptionDescription, _ text: String) { options[option.name, default: []].append(text) }

    mutating func add(_ positional: PositionalDescription, _ text: String) {
        positionals[positional.name, default: []].append(text)
    }

    func has(_ flag: Flag) -> Bool { options[flag.description.name] != nil }

    func isGiven(_ option: OptionDescription) -> Bool { options[option.name] != nil }

    func value<Value>(_ option: Option<Value>) throws(Failure) -> Value? {
        guard let text = options[option.description.name]?.last else { return nil }
        return try option.kind.read(text, option.description.name)
    }

    func values<Value>(_ option: Option<Value>) throws(Failure) -> [Value] {
        var values: [Value] = []
        for text in options[option.description.name] ?? [] {
            values.append(try option.kind.read(text, option.description.name))
        }
        return values
    }

    func value<Value>(_ positional: Positional<Value>) throws(Failure) -> Value? { try values(positional).first }

    func values<Value>(_ positional: Positional<Value>) throws(Failure) -> [Value] {
        var values: [Value] = []
        for text in positionals[positional.description.name] ?? [] {
            values.append(try positional.kind.read(text, positional.description.name))
        }
        return values
    }
}
