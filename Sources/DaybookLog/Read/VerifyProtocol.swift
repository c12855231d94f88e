// What a verification says to the process that started it, a line at a time.
//
// LMDB aborts on some damaged pages, and reading a file cut short is a signal. So the command line verifies in a child
// process: the child says where it is before it reads on, and in the end what it found; the parent reads the lines and,
// if the child died, knows where.
//
//     daybook-verify 1 <workers>
//     at <phase> <position> <total>
//     tally <events> <commits> <jobs> <gaps>
//     unknown <kind> <count>
//     archives <the event behind which it begins> <how many archives were read>
//     last <sequence> <head, or ->
//     ledgers <standing>
//     elapsed <nanoseconds>
//     finding <sequence, or -> <sentence>
//     doubt <sequence, or -> <sentence>
//     leftout <count>
//     done

internal import DaybookModel

/// The child's side: lines, each ending in a line feed.
package enum VerifyProtocol {
    static let version = 1

    package static func opening(workers: Int) -> String { "daybook-verify \(version) \(workers)\n" }

    package static func line(_ progress: ReadProgress) -> String {
        "at \(progress.phase.rawValue) \(progress.position) \(progress.total)\n"
    }

    package static func lines(_ report: VerifyReport) -> String {
        let tally = report.tally
        var lines = ["tally \(tally.events) \(tally.commits) \(tally.jobs) \(tally.gaps)"]
        for (kind, count) in tally.unknownKinds.sorted(by: { $0.key < $1.key }) {
            lines.append("unknown \(kind) \(count)")
        }
        lines.append("archives \(report.start) \(report.archives)")
        lines.append("last \(report.last) \(report.head?.hex ?? "-")")
        lines.append("ledgers \(report.ledgers.rawValue)")
        lines.append("elapsed \(report.elapsedNanoseconds)")
        lines += report.findings.map { line("finding", $0) }
        lines += report.doubts.map { line("doubt", $0) }
        lines.append("leftout \(report.findingsLeftOut)")
        lines.append("done")
        return lines.map { $0 + "\n" }.joined()
    }

    private static func line(_ word: String, _ finding: VerifyFinding) -> String {
        let sentence = String(finding.sentence.map { $0.isNewline ? " " : $0 })
        return "\(word) \(finding.sequence.map { "\($0)" } ?? "-") \(sentence)"
    }
}

/// How the child ended.
package enum VerifyExit: Equatable, Sendable {
    case exited(code: Int32)
    case killed(signal: Int32)
}

/// The parent's side: takes the child's lines as they come and says in the end what is to be reported.
package struct VerifyTranscript: Sendable {
    /// Where the child was when it last said so.
    package private(set) var latest: ReadProgress?
    private var workers = 1
    private var report = VerifyReport()
    private var isComplete = false

    package init() {}

    /// Takes a line, with or without its line feed. What it does not know it passes over.
    package mutating func take(_ line: String) {
        let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(
            VerifyTranscript.trimmed)
        let numbers = words.dropFirst().flatMap { $0.split(separator: " ") }.map { UInt64($0) ?? 0 }
        switch words[0] {
        case "daybook-verify": workers = numbers.count > 1 ? Int(clamping: numbers[1]) : 1
        case "at": takePosition(words)
        case "tally" where numbers.count == 4:
            report.tally.events = numbers[0]
            report.tally.commits = numbers[1]
            report.tally.jobs = numbers[2]
            report.tally.gaps = numbers[3]
        case "unknown" where numbers.count == 2:
            report.tally.unknownKinds[UInt8(clamping: numbers[0])] = numbers[1]
        case "archives" where numbers.count == 2:
            report.start = numbers[0]
            report.archives = numbers[1]
        case "last" where words.count == 3:
            report.last = numbers[0]
            report.head = Hash(hex: words[2])
        case "ledgers" where words.count == 2:
            report.ledgers = VerifyReport.LedgerStanding(rawValue: words[1]) ?? .notCompared
        case "elapsed" where numbers.count == 1: report.elapsedNanoseconds = numbers[0]
        case "finding" where words.count == 3: report.findings.append(finding(words))
        case "doubt" where words.count == 3: report.doubts.append(finding(words))
        case "leftout" where numbers.count == 1: report.findingsLeftOut = Int(clamping: numbers[0])
        case "done": isComplete = true
        default: break
        }
    }

    private mutating func takePosition(_ words: [String]) {
        guard words.count == 3, let phase = ReadProgress.Phase(rawValue: words[1]) else { return }
        let numbers = words[2].split(separator: " ").compactMap { UInt64($0) }
        guard numbers.count == 2 else { return }
        latest = ReadProgress(phase, at: numbers[0], of: numbers[1])
    }

    private func finding(_ words: [String]) -> VerifyFinding {
        VerifyFinding(words[2], at: SequenceNumber(words[1]))
    }

    private static func trimmed(_ word: Substring) -> String {
        word.last?.isNewline == true ? String(word.dropLast()) : String(word)
    }

    /// Whether the child died while several threads were reading, so that a second run with one worker would tell more.
    package func wantsSecondRun(after exit: VerifyExit) -> Bool {
        guard case .killed = exit else { return false }
        return !isComplete && workers > 1
    }

    /// What is to be reported, now that the child has ended.
    package func conclusion(_ exit: VerifyExit) -> VerifyReport {
        var report = report
        switch exit {
        case .exited where isComplete: break
        case .killed where isComplete: break
        case .exited(let code):
            report.doubts.append(VerifyFinding("The verification ended early, with exit code \(code)."))
        case .killed(let signal):
            report.findings.append(death(signal))
        }
        return report
    }

    private func death(_ signal: Int32) -> VerifyFinding {
        let failed = "The storage layer failed (signal \(signal))"
        guard let latest else { return VerifyFinding("\(failed) while opening the store.") }
        switch latest.phase {
        case .events, .rebuild:
            return VerifyFinding(
                "\(failed) near event \(latest.position), while reading \(latest.phase.object).", at: latest.position)
        case .opening: return VerifyFinding("\(failed) while reading \(latest.phase.object).")
        case .ledgers, .comparison:
            return VerifyFinding("\(failed) near row \(latest.position), while reading \(latest.phase.object).")
        }
    }
}
