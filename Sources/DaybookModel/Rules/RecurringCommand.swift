/// What is wanted of recurring jobs. Instants are found above the model, where zones are known, and come along; each
/// command says on what it was found, so that one that comes too late is refused instead of firing twice.
package enum RecurringCommand: Sendable {
    /// Makes one, or changes the version `expected`; 0 for one that is not there. `passed`: what came while nobody
    /// looked, under the plan that ends with this.
    case set(RecurringSet, expected: SequenceNumber, passed: RecurringStretch?, actor: Actor)
    case pause(SequenceNumber, until: Instant?, reason: String, actor: Actor)
    case resume(SequenceNumber, RecurringPlan, reason: String, actor: Actor)
    /// What came under the plan and was not handled goes with it.
    case remove(SequenceNumber, RecurringPlan, reason: String, actor: Actor)
    /// The time of some occurrences has come.
    case fire(SequenceNumber, RecurringPlan, RecurringSet, salts: [UInt64], process: SequenceNumber)
    /// Makes jobs for these instants, and leaves the plan alone: `waited`, `trigger` or `backfill`.
    case make(
        SequenceNumber, version: SequenceNumber, [Instant], FireOrigin, RecurringSet, salts: [UInt64], actor: Actor,
        reason: String = "")
    /// Newer zone data says something else about what is next.
    case replan(SequenceNumber, RecurringPlan, actor: Actor)
}

/// What the schedule says about the time since a definition was looked at last.
package struct RecurringPlan: Sendable {
    /// The version that it is about, and what was planned next: whoever moves that on has handled the occurrence.
    package var version: SequenceNumber
    package var expected: Instant?
    /// The earliest occurrences, if they do not become jobs.
    package var passed: RecurringStretch?
    /// Those that become jobs, in order, as far as one command goes.
    package var instants: [Instant] = []
    /// Those behind them, under a rule for overlaps: no jobs if what is unfinished then is in their way. If nothing is,
    /// they stay for another command.
    package var rest: RecurringStretch?
    /// What is planned behind all of these.
    package var next = RecurringNext()
    package var zoneData: String?

    package init(version: SequenceNumber, expected: Instant?) {
        self.version = version
        self.expected = expected
    }

    /// Each instant is an event and a job, and no command touches more than 256 records.
    package static let instantsMax = 64

    /// The same under a rule for overlaps: `skip` lets one fire, `wait` has another wait for it, and whatever comes
    /// behind is not asked for one by one. Of jobs with a key one may be there already, so they go one by one.
    package static func instantsMax(under overlap: OverlapRule, withKey: Bool) -> Int {
        if withKey { return 1 }
        return switch overlap {
        case .allow: instantsMax
        case .skip: 1
        case .wait: 2
        }
    }
}

/// Occurrences that lie one behind the other.
package struct RecurringStretch: Equatable, Sendable {
    package var first: Instant
    package var last: Instant
    package var count: Int

    package init(first: Instant, last: Instant, count: Int) {
        self.first = first
        self.last = last
        self.count = count
    }
}
