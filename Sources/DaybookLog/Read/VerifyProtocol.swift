// What a verification says to the process that started it, a line at a time.
//
// LMDB aborts on some damaged pages, and reading a file cut short is a signal. So the command line verifies in a child
// process: the child says where it is before it reads on, and in the end what it found; the parent reads the lines and,
// if the child died, knows where.
//
//     daybook-verify 1 <workers> <how much is read between one word and the next>
//     at <phase> <position> <total> <for ledgers, the number of the table>
//     tally <events> <commits> <jobs> <gaps>
//     unknown <kind> <count>
//     archives <the event behind which it begins> <how many archives were read>
//     jobs <how many the ledgers hold>
//     last <sequence> <head, or ->
//     ledgers <standing>
//     elapsed <nanoseconds>
//     store|archive|witness <sequence, or -> <a finding's sentence>
//     doubt <sequence, or -> <sentence>
//     leftout <count>
//     done

internal import DaybookModel

/// The child's side: lines, each ending in a line feed.
package enum VerifyProtocol {
    static let version = 1

    package static func opening(workers: Int, step: Int) -> String { "daybook-verify \(version) \(workers) \(step)\n" }

    package static func line(_ progress: ReadProgress) -> String {
        "at \(progress.phase.rawValue) \(progress.position) \(progress.total) \(progress.table?.rawValue ?? 0)\n"
    }

    package static func lines(_ report: VerifyReport) -> String {
        let tally = report.tally
        var lines = ["tally \(tally.events) \(tally.commits) \(tally.jobs) \(tally.gaps)"]
        for (kind, count) in tally.unknownKinds.sorted(by: { $0.key < $1.key }) {
            lines.append("unknown \(kind) \(count)")
        }
        lines.append("archives \(report.start) \(report.archives)")
        if let jobs = report.jobs { lines.append("jobs \(jobs)") }
        lines.append("last \(report.last) \(report.head?.hex ?? "-")")
        lines.append("ledgers \(report.ledgers.rawValue)")
        lines.append("elapsed \(report.elapsedNanoseconds)")
        lines += report.findings.map { line($0.matter.rawValue, $0) }
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
    private var step: UInt64 = 1
    private var report = VerifyReport()
    private var isComplete = false

    package init() {}

    /// Takes a line, with or without its line feed. What it does not know it passes over.
    package mutating func take(_ line: String) {
        let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(
            VerifyTranscript.trimmed)
        let numbers = words.dropFirst().flatMap { $0.split(separator: " ") }.map { UInt64($0) ?? 0 }
        switch words[0] {
        case "daybook-verify" where numbers.count > 2:
            workers = Int(clamping: numbers[1])
            step = max(numbers[2], 1)
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
        case "jobs" where numbers.count == 1: report.jobs = numbers[0]
        case "last" where words.count == 3:
            report.last = numbers[0]
            report.head = Hash(hex: words[2])
        case "ledgers" where words.count == 2:
            report.ledgers = VerifyReport.LedgerStanding(rawValue: words[1]) ?? .notCompared
        case "elapsed" where numbers.count == 1: report.elapsedNanoseconds = numbers[0]
        case "doubt" where words.count == 3: report.doubts.append(finding(words))
        case "leftout" where numbers.count == 1: report.findingsLeftOut = Int(clamping: numbers[0])
        case "done": isComplete = true
        default:
            guard words.count == 3, let matter = VerifyFinding.Matter(rawValue: words[0]) else { return }
            report.findings.append(finding(words, matter))
        }
    }

    private mutating func takePosition(_ words: [String]) {
        guard words.count == 3, let phase = ReadProgress.Phase(rawValue: words[1]) else { return }
        let numbers = words[2].split(separator: " ").compactMap { UInt64($0) }
        guard numbers.count == 3 else { return }
        latest = ReadProgress(phase, at: numbers[0], of: numbers[1], Table(rawValue: UInt8(clamping: numbers[2])))
    }

    private func finding(_ words: [String], _ matter: VerifyFinding.Matter = .store) -> VerifyFinding {
        VerifyFinding(words[2], at: SequenceNumber(words[1]), matter)
    }

    private static func trimmed(_ word: Substring) -> String {
        word.last?.isNewline == true ? String(word.dropLast()) : String(word)
    }

    /// So much is read in a second run between one word about progress and the next.
    package static let carefulStep = 128

    /// Whether the child died while several threads were reading, or long after it last said where it was, so that a
    /// second run with one worker and small steps would tell more.
    package func wantsSecondRun(after exit: VerifyExit) -> Bool {
        guard case .killed = exit else { return false }
        return !isComplete && (workers > 1 || step > UInt64(VerifyTranscript.carefulStep))
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
            let end = max(min(latest.position + step - 1, latest.total), latest.position)
            return VerifyFinding(
                "\(failed) while reading \(latest.phase.object), between event \(latest.position) and event \(end).",
                at: latest.position)
        case .opening: return VerifyFinding("\(failed) while reading \(latest.phase.object).")
        case .ledgers, .comparison:
            let what = latest.table.map { "the ledger \($0.name)" } ?? latest.phase.object
            let place = latest.position == 0 ? "" : ", behind its first \(latest.position) rows"
            return VerifyFinding("\(failed) while reading \(what)\(place).")
        }
    }
}
