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
        return lines + advice.map { "  \($0)" }
    }

    private var advice: [String] {
        let matters = Set(findings.map(\.matter))
        return VerifyFinding.Matter.allCases.filter(matters.contains).map { matter in
            switch matter {
            case .store: "Save what can be read with `daybook recover`."
            case .ledgers: "The log is whole: `daybook replay --rebuild` makes the rows anew from it."
            case .archive:
                "The log itself goes on without its archives. Put the right files back into `archive/`, from a backup "
                    + "or wherever they are kept."
            case .witness:
                "Nothing is to be recovered for that: look whether this is the right store, and whether it was put "
                    + "back from an older copy."
            }
        }
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
            + "\(count(Int(jobCount), "job")); \(ledgers); head \(head?.hex ?? "none")\(strange)"
    }

    func write(to json: inout JSONWriter) {
        json.field("verdict", verdict.rawValue)
        json.field("events", tally.events)
        json.field("commits", tally.commits)
        json.field("jobs", jobCount)
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
