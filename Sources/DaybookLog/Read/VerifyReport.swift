package import DaybookModel

/// Something in a log or its ledgers that is not as it should be: where, and a sentence for a person.
package struct VerifyFinding: Equatable, Sendable {
    /// The event it is about; `nil` if it is about none.
    package let sequence: SequenceNumber?
    package let sentence: String
    package let matter: Matter

    /// What helps depends on what it is about.
    package enum Matter: String, Sendable, CaseIterable {
        /// The store's own file.
        case store
        /// Rows of the ledgers alone, which follow from the log.
        case ledgers
        /// A file in `archive`, which has only to be put back.
        case archive
        /// Something kept elsewhere that the log does not agree with.
        case witness
    }

    package init(_ sentence: String, at sequence: SequenceNumber? = nil, _ matter: Matter = .store) {
        self.sequence = sequence
        self.sentence = sentence
        self.matter = matter
    }
}

/// The answer to "is this log whole?".
package enum VerifyVerdict: String, Sendable {
    case good
    case damaged
    /// Neither can be said, because the store could not be read or was written by a later release.
    case cannotTell
}

/// What a verification found. Findings make a log damaged; doubts make it one that nobody can vouch for; notes do
/// neither.
package struct VerifyReport: Equatable, Sendable {
    package var tally = ScanTally()
    /// The verification began behind this event: those before are in archives.
    package var start: SequenceNumber = 0
    /// Jobs that the ledgers hold, if they could be read.
    package var jobs: UInt64?
    /// How many archives were read.
    package var archives: UInt64 = 0
    /// The last event that was looked at, and the head of its commit.
    package var last: SequenceNumber = 0
    package var head: Hash?
    /// At most as many as were asked for, in the order of their events.
    package var findings: [VerifyFinding] = []
    /// How many findings there were beyond those.
    package var findingsLeftOut = 0
    package var doubts: [VerifyFinding] = []
    package var ledgers: LedgerStanding = .notCompared
    package var elapsedNanoseconds: UInt64 = 0

    package init() {}

    package var verdict: VerifyVerdict {
        if !findings.isEmpty { return .damaged }
        return doubts.isEmpty ? .good : .cannotTell
    }

    /// In the ledgers; where those cannot be read, as many as the events that were read have created.
    package var jobCount: UInt64 { jobs ?? tally.jobs }

    package var eventsPerSecond: Double {
        elapsedNanoseconds == 0 ? 0 : Double(tally.events) * 1e9 / Double(elapsedNanoseconds)
    }

    /// How the ledgers stand to the log.
    package enum LedgerStanding: String, Sendable {
        /// Every commit's recorded digest and the rows at hand are what the events make them.
        case equalToRebuild
        case different
        case notCompared
    }
}

/// What was met on the way through a log.
package struct ScanTally: Equatable, Sendable {
    package var events: UInt64 = 0
    package var commits: UInt64 = 0
    /// Events that created a job.
    package var jobs: UInt64 = 0
    /// Events that stand for ones that could not be saved from a damaged log.
    package var gaps: UInt64 = 0
    /// Events of kinds, or of versions of kinds, that this release does not know, by kind.
    package var unknownKinds: [UInt8: UInt64] = [:]

    package init() {}

    mutating func count(_ head: EventHead) {
        events &+= 1
        if head.isCommitEnd { commits &+= 1 }
        let newest = EventUpcasts.standard.version(of: head.kind)
        guard (1...newest).contains(head.version), let kind = EventKind(rawValue: head.kind) else {
            unknownKinds[head.kind, default: 0] &+= 1
            return
        }
        if kind == .created { jobs &+= 1 }
        if kind == .gap { gaps &+= 1 }
    }

    mutating func add(_ other: ScanTally) {
        events += other.events
        commits += other.commits
        jobs += other.jobs
        gaps += other.gaps
        unknownKinds.merge(other.unknownKinds, uniquingKeysWith: +)
    }
}

/// Findings as they are made, the first hundred or so of them kept.
struct FindingList {
    let limit: Int
    private(set) var kept: [VerifyFinding] = []
    private(set) var leftOut = 0

    init(limit: Int) {
        self.limit = limit
    }

    var isEmpty: Bool { kept.isEmpty }

    mutating func add(
        _ sentence: String, at sequence: SequenceNumber? = nil, _ matter: VerifyFinding.Matter = .store
    ) {
        if kept.count < limit { kept.append(VerifyFinding(sentence, at: sequence, matter)) } else { leftOut += 1 }
    }

    /// Findings that were not even listed.
    mutating func leaveOut(_ count: Int) { leftOut += count }

    mutating func add(_ other: FindingList) {
        for finding in other.kept { add(finding.sentence, at: finding.sequence, finding.matter) }
        leftOut += other.leftOut
    }
}
