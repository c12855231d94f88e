import DaybookLog
import DaybookModel

extension VerifyReport {
    var exitCode: ExitCode {
        switch verdict {
        case .good: .done
        case .damaged: .no
        case .cannotTell: .unusable
        }
    }

    var lines: [String] {
        var lines = [headline]
        lines += (findings + doubts).map { finding in
            finding.sequence.map { "  event \($0): \(finding.sentence)" } ?? "  \(finding.sentence)"
        }
        if findingsLeftOut > 0 { lines.append("  … and \(findingsLeftOut) more") }
        if verdict == .damaged { lines.append("  Save what can be read with `daybook recover`.") }
        return lines
    }

    private var headline: String {
        switch verdict {
        case .good: (tally.gaps == 0 ? "good" : "good with \(tally.gaps) missing") + ": \(summary)"
        case .damaged: "damaged: \(count(findings.count + findingsLeftOut, "finding"))\(place)"
        case .cannotTell: "cannot tell: \(count(doubts.count, "doubt"))\(place)"
        }
    }

    private var place: String { last > 0 ? " in \(count(Int(last), "event"))" : "" }

    private func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private var summary: String {
        let ledgers =
            self.ledgers == .equalToRebuild ? "the ledgers are what they make them" : "the ledgers were not compared"
        let unknown = tally.unknownKinds.values.reduce(0, +)
        let strange = unknown > 0 ? "; \(unknown) events are of kinds that this release does not know" : ""
        let beginning =
            start == 0
            ? archives > 0 ? " (\(count(Int(archives), "archive")) included)" : ""
            : " from event \(start + 1) on (those before are in archives; --full includes them)"
        return
            "\(count(Int(tally.events), "event"))\(beginning) in \(count(Int(tally.commits), "commit")), "
            + "\(count(Int(tally.jobs), "job")); \(ledgers); head \(head?.hex ?? "none")\(strange)"
    }

    func write(to json: inout JSONWriter) {
        json.field("verdict", verdict.rawValue)
        json.field("events", tally.events)
        json.field("commits", tally.commits)
        json.field("jobs", tally.jobs)
        json.field("missing", tally.gaps)
        json.field("first", start + 1)
        json.field("archives", archives)
        json.field("last", last)
        json.field("head", head?.hex)
        json.field("ledgers", ledgers.rawValue)
        for (name, list) in [("findings", findings), ("doubts", doubts)] {
            json.key(name)
            json.array { json in
                for finding in list {
                    json.object { json in
                        json.field("seq", finding.sequence)
                        json.field("text", finding.sentence)
                    }
                }
            }
        }
        json.field("findingsLeftOut", findingsLeftOut)
        json.field("elapsedMilliseconds", elapsedNanoseconds / 1_000_000)
    }
}
