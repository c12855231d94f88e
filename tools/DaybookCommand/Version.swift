/// What `daybook --version` says.
enum Version {
    static let text = "0.1.0"
    /// How this program names itself in a store.
    static let program = "daybook \(text)"
}
