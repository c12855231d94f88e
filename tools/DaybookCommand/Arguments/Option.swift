/// An option with a value, `--queue mail` or `--queue=mail`, and the type of that value.
struct Option<Value>: Sendable {
    let kind: ValueKind<Value>
    let description: OptionDescription

    /// With `places` it takes several values at once, `--diff A B`, and these are what help calls them.
    init(
        _ name: String, _ kind: ValueKind<Value>, _ summary: String, repeats: Bool = false, places: [String]? = nil
    ) {
        self.kind = kind
        description = OptionDescription(
            name: name, placeholder: places?.joined(separator: " ") ?? kind.placeholder, valueCount: places?.count ?? 1,
            summary: summary, repeats: repeats, completion: kind.completion,
            check: { text throws(Failure) in _ = try kind.read(text, name) })
    }
}

/// An option without a value: it stands there or it does not.
struct Flag: Sendable {
    let description: OptionDescription

    init(_ name: String, _ summary: String) {
        description = OptionDescription(
            name: name, placeholder: nil, valueCount: 0, summary: summary, repeats: true, completion: .nothing,
            check: { _ throws(Failure) in })
    }
}

/// What parsing, help and completions need to know of an option, whatever its type.
struct OptionDescription: Sendable {
    let name: String
    /// `nil` for a flag.
    let placeholder: String?
    /// How many values follow it.
    let valueCount: Int
    let summary: String
    /// Whether it may be given more than once.
    let repeats: Bool
    let completion: ValueCompletion
    let check: @Sendable (String) throws(Failure) -> Void

    var isFlag: Bool { placeholder == nil }
}
