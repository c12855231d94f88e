internal import DaybookLMDB
internal import DaybookModel

/// A report in the making.
struct VerifyDraft {
    var tally = ScanTally()
    /// The verification begins behind this event.
    var start: SequenceNumber = 0
    var last: SequenceNumber = 0
    var head: Hash?
    var archives: UInt64 = 0
    var jobs: UInt64?
    var findings: FindingList
    var doubts: FindingList
    var ledgers = VerifyReport.LedgerStanding.notCompared

    init(findingsMax: Int) {
        findings = FindingList(limit: findingsMax)
        doubts = FindingList(limit: findingsMax)
    }

    /// What went wrong while reading: damage, or a reason why nothing can be said.
    mutating func note(_ problem: ReadProblem) {
        if problem.isDamage {
            findings.add(problem.sentence, at: problem.sequence)
        } else {
            doubts.add(problem.sentence, at: problem.sequence)
        }
    }

    var report: VerifyReport {
        var report = VerifyReport()
        report.tally = tally
        report.last = last
        report.start = start
        report.archives = archives
        report.jobs = jobs
        report.head = head
        report.findings = findings.inOrder
        report.findingsLeftOut = findings.leftOut
        report.doubts = doubts.inOrder
        report.ledgers = ledgers
        return report
    }
}

/// An error that reading threw, and what it says about the log.
struct ReadProblem: Sendable {
    let sentence: String
    let sequence: SequenceNumber?
    let isDamage: Bool

    init(_ error: any Error, while phase: ReadProgress.Phase, at range: ClosedRange<SequenceNumber>? = nil) {
        let place =
            switch range {
            case nil: "\(phase.object)"
            case let range? where range.count == 1: "event \(range.lowerBound)"
            case let range?: "events \(range.lowerBound) to \(range.upperBound)"
            }
        sentence = "Reading \(place) failed: \(FoldCheck.sentence(error))"
        sequence = range?.lowerBound
        isDamage = ReadProblem.isDamage(error)
    }

    /// The stored nodes of the tree of hashes cannot be read.
    init(nodes error: any Error) {
        sentence = "Reading the stored nodes of the history tree failed: \(FoldCheck.sentence(error))"
        sequence = nil
        isDamage = ReadProblem.isDamage(error)
    }

    /// An error of the operating system says nothing about the log; one of LMDB's about its pages does.
    static func isDamage(_ error: any Error) -> Bool {
        switch error {
        case let error as LogError: error.code == .damaged
        case let error as LMDBError: error.isCorrupted || error.isInvalid || error.isBadTransaction || error.isPanic
        case is LedgerError, is EventDamage: true
        default: false
        }
    }
}

extension FindingList {
    /// By event; what is about none comes last.
    var inOrder: [VerifyFinding] {
        kept.enumerated()
            .sorted { ($0.element.sequence ?? .max, $0.offset) < ($1.element.sequence ?? .max, $1.offset) }
            .map(\.element)
    }
}
