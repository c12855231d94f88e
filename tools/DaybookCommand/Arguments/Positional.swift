/// An argument that is known by its place.
struct Positional<Value>: Sendable {
    let kind: ValueKind<Value>
    let description: PositionalDescription

    init(_ name: String, _ kind: ValueKind<Value>, _ count: PositionalDescription.Count = .one) {
        self.kind = kind
        description = PositionalDescription(
            name: name, count: count, completion: kind.completion,
            check: { text throws(Failure) in _ = try kind.read(text, name) })
    }
}

/// What parsing, help and completions need to know of a positional argument, whatever its type.
struct PositionalDescription: Sendable {
    enum Count: Sendable {
        case one, optional, oneOrMore, any
    }

    let name: String
    let count: Count
    let completion: ValueCompletion
    let check: @Sendable (String) throws(Failure) -> Void

    var isRequired: Bool { count == .one || count == .oneOrMore }
    var repeats: Bool { count == .oneOrMore || count == .any }
}
