internal import DaybookModel

/// Which steps a run has begun, and which the runs before it have done.
struct RunSteps {
    /// By name, the event that has the result.
    private let recorded: [String: SequenceNumber]
    private var begun: Set<String> = []

    init(_ book: StepBook) {
        recorded = Dictionary(book.steps.map { ($0.name, $0.event) }, uniquingKeysWith: { first, _ in first })
    }

    /// The event that has the step's result if an earlier run has done it. Nil: it is to be done now.
    mutating func begin(_ name: String) throws(RunRefusal) -> SequenceNumber? {
        guard Name.isValid(name) else {
            throw RunRefusal(.badStep, Refusal.badName("step", name).description)
        }
        guard begun.insert(name).inserted else {
            throw RunRefusal(
                .stepRepeated,
                "This run has begun a step called \(name) before. Give each step a name of its own, in a loop by "
                    + "what it "
                    + "is about.")
        }
        if let event = recorded[name] { return event }
        let fresh = begun.count { recorded[$0] == nil }
        guard recorded.count + fresh <= StepBook.stepsMax else {
            begun.remove(name)
            throw RunRefusal(.badStep, Refusal.tooManySteps.description)
        }
        return nil
    }

    /// It threw: the same run may try it again.
    mutating func giveUp(_ name: String) { begun.remove(name) }
}
