/// What becomes of occurrences that came while nobody could fire them.
///
/// An occurrence that is late by more than a threshold, a minute unless said otherwise, has misfired, and the rule
/// speaks about those that have. What is less late fires, each by itself.
public enum MisfireRule: Hashable, Sendable {
    /// One job for all of them, planned for the latest.
    case once
    /// A job for each; if there are more than `max`, for the latest of them.
    case each(max: Int = MisfireRule.eachMax)
    /// None.
    case skip

    /// What `each` makes up for at most, unless said otherwise.
    public static let eachMax = 1_000
    /// What `each` may be told to make up for at most.
    public static let eachMaxLimit = 1_000_000

    /// How many of `count` that have misfired become jobs all the same, the latest ones.
    package func kept(of count: Int) -> Int {
        switch self {
        case .once: min(count, 1)
        case .each(let max): min(count, max)
        case .skip: 0
        }
    }

    /// The rule's word, in which it is stored and which the command line takes.
    public var word: String {
        switch self {
        case .once: "once"
        case .each: "each"
        case .skip: "skip"
        }
    }

    /// The rule that goes by a word.
    public init?(word: String, max: Int = MisfireRule.eachMax) {
        switch word {
        case "once": self = .once
        case "each": self = .each(max: max)
        case "skip": self = .skip
        default: return nil
        }
    }
}

/// What becomes of an occurrence while a job of the same recurring job is not finished.
public enum OverlapRule: String, CaseIterable, Sendable {
    /// It fires all the same.
    case allow
    /// It is skipped.
    case skip
    /// It fires when they have finished. One waits at most; further ones are skipped.
    case wait

    var number: UInt8 {
        switch self {
        case .allow: 0
        case .skip: 1
        case .wait: 2
        }
    }

    init?(number: UInt8) {
        guard let rule = OverlapRule.allCases.first(where: { $0.number == number }) else { return nil }
        self = rule
    }
}
