/// All that decides about another run after a failure. Few texts repeat in many jobs, so they stand among the names as
/// one text, a line for each rule, and a job's record holds its number.
struct RetryRules: Equatable {
    var policy = RetryPolicy.hangfire
    /// The error types that are worth another run; empty for all.
    var only: [String] = []
    /// The error types that are not, whatever `only` says.
    var never: [String] = []
    /// Out of attempts the job is cancelled instead of failed.
    var isDiscarded = false

    /// What stands among the names for a job; nil if it has nothing but the usual rules.
    static func text(of box: Box<Created>) -> String? {
        guard box.value.retryOnly.isEmpty, box.value.retryNever.isEmpty, !box.value.isDiscardedOnExhaustion else {
            let lines =
                [box.value.retry ?? RetryPolicy.hangfire.description] + box.value.retryOnly.map { "only=\($0)" }
                + box.value.retryNever.map { "never=\($0)" } + (box.value.isDiscardedOnExhaustion ? ["discard"] : [])
            return lines.joined(separator: "\n")
        }
        return box.value.retry
    }

    /// A key of the names takes no more, nor does anybody read more.
    static let textBytesMax = 400

    init(_ text: String) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if index == 0 {
                policy = RetryPolicy(String(line)) ?? .hangfire
            } else if line.hasPrefix("only=") {
                only.append(String(line.dropFirst("only=".count)))
            } else if line.hasPrefix("never=") {
                never.append(String(line.dropFirst("never=".count)))
            } else if line == "discard" {
                isDiscarded = true
            }
        }
    }

    init() {}

    /// Whether an error of this type is worth another run at all.
    func allow(_ errorType: String) -> Bool {
        !never.contains(errorType) && (only.isEmpty || only.contains(errorType))
    }
}
