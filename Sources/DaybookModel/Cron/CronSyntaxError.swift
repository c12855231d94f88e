/// Why a text is not a cron expression: the field, what is wrong with it, and what it allows.
public struct CronSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The field that is wrong, if it is one.
    public let field: CronField?
    /// What is wrong, and what the field allows.
    public let description: String

    init(_ field: CronField, _ problem: String, in text: ArraySlice<UInt8>) {
        self.field = field
        description = "\(field.rawValue): \(problem) in \(quoted(text)); it allows \(field.allowance)"
    }

    init(field: CronField? = nil, _ description: String) {
        self.field = field
        self.description = description
    }
}
