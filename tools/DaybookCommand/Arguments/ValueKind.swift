/// A kind of value that an option or an argument takes: what it is called in help, how it is read and how a shell
/// completes it.
struct ValueKind<Value>: Sendable {
    /// How help calls it, such as `SEQ`.
    let placeholder: String
    let completion: ValueCompletion
    /// Whether JSON writes it without quotes.
    let isNumber: Bool
    /// Reads `text`; `label` is what the caller knows the value by, for the error.
    let read: @Sendable (_ text: String, _ label: String) throws(Failure) -> Value

    init(
        _ placeholder: String, completing completion: ValueCompletion = .nothing, isNumber: Bool = false,
        read: @escaping @Sendable (_ text: String, _ label: String) throws(Failure) -> Value
    ) {
        self.placeholder = placeholder
        self.completion = completion
        self.isNumber = isNumber
        self.read = read
    }
}
