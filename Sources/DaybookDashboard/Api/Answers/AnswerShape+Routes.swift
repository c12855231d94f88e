/// Which answer has which shape.
extension AnswerShape {
    /// By the method and the address of a route.
    static let byRoute = [JobAnswers.all, WorkAnswers.all, StoreAnswers.all, RecurringAnswers.all]
        .reduce(into: [:]) { $0.merge($1) { first, _ in first } }

    /// What has a name of its own, because several answers hold it.
    static let components: [(name: String, shape: AnswerShape)] =
        [("Failure", failure)] + JobAnswers.named + StoreAnswers.named + RecurringAnswers.named

    /// What a call is answered with that was refused or failed.
    private static let failure = AnswerShape.object([
        .number("status"), .text("error", "What is wrong, and what helps"),
    ])

    /// What changed something is answered with.
    static let event = AnswerShape.object([.number("event", "The event that it became")])

    /// What a route is answered with in JSON; nil where that has no shape of its own.
    static func of(_ route: Route) -> AnswerShape? {
        switch route.face {
        case .json:
            byRoute["\(route.method) \(route.path)"]
                ?? (route.path.description.hasPrefix("/api/v1/panels/") ? StoreAnswers.panel : nil)
        case .file: .list(.object([]))
        case .page, .plain: nil
        }
    }
}
