/// What a run counts, by name.
///
///     context.count(.skipped)
///     context.count("imported", by: 3)
///
/// Give your own a name once, in an extension. Names are facts about your code: exports show them even where
/// payloads are withheld.
public struct Counter: Hashable, Sendable, ExpressibleByStringLiteral {
    /// What reports call it.
    public let name: String

    /// A counter of that name; what is longer than 128 bytes is cut.
    public init(_ name: String) {
        self.name = name.utf8.count <= 128 ? name : String(decoding: name.utf8.prefix(128), as: UTF8.self)
    }

    /// A counter by the name that stands in the code.
    public init(stringLiteral name: String) { self.init(name) }

    /// Looked at, and nothing had to be done.
    public static let skipped: Counter = "skipped"
    /// Done.
    public static let processed: Counter = "processed"
    /// Tried without success, while the run went on.
    public static let failed: Counter = "failed"
    /// All that a run counts beyond its 256th name.
    static let others: Counter = "others"
}
