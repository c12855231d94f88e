import Daybook
import DaybookLog
import DaybookModel

extension RecurringStatus {
    /// An instant by the clocks of its zone.
    func shown(_ instant: Instant) -> String {
        guard let table = try? Zones().table(named: zone) else { return instant.iso8601() }
        return instant.iso8601(offsetSeconds: table.offsetSeconds(at: instant))
    }

    var colour: Colour? {
        switch standing {
        case .active: .green
        case .paused: .yellow
        case .broken: .red
        case .byHand, .over, .removed: .grey
        }
    }

    private var standingSentence: String {
        switch standing {
        case .active, .over, .removed: standing.word
        case .byHand: "started by hand"
        case .paused(let until): until.map { "paused until \($0.forPeople)" } ?? "paused"
        case .broken(let why): "broken: \(why)"
        }
    }

    private var misfireText: String {
        let late = "late by more than \(RecurringStatus.words(lateAfter))"
        if case .each(let max) = misfire { return "each, at most \(max); \(late)" }
        return "\(misfire.word); \(late)"
    }

    static func words(_ duration: Duration) -> String {
        EventBody.seconds(UInt64(clamping: duration.clampedMicroseconds))
    }

    var lines: [String] {
        var lines = ["recurring  \(id)"]
        if let description { lines.append("for        \(description)") }
        if let group { lines.append("group      \(group)") }
        lines.append("job        \(jobName), queue \(queue)")
        lines.append("arguments  \(closed.map { "(\($0))" } ?? String(decoding: shownArguments, as: UTF8.self))")
        if let schedule {
            lines.append("when       \(schedule)" + (sentence.map { ": \($0)" } ?? ""))
            lines.append("zone       \(zone)")
        }
        lines.append("mode       " + (isByHand ? "by hand" : "automatic"))
        if jitter != .zero { lines.append("jitter     up to \(RecurringStatus.words(jitter))") }
        if let starts { lines.append("starts     \(shown(starts))") }
        if let ends { lines.append("ends       \(shown(ends))") }
        lines.append("standing   \(standingSentence)")
        if let pause {
            lines.append(
                "paused     by \(pause.actor) at \(pause.time.forPeople)"
                    + (pause.reason.isEmpty ? "" : ": \(pause.reason)"))
        }
        if let next { lines.append("next       \(shown(next))") }
        if let waiting { lines.append("waiting    \(shown(waiting)), for the end of an earlier job") }
        lines.append("misfire    \(misfireText)")
        lines.append("overlap    \(overlap.rawValue)")
        lines.append("from       " + (origin.map { "the code of \($0)" } ?? "people"))
        lines.append("fired      \(fired), skipped \(skipped)")
        return lines
    }
}

extension RecurringStatistics {
    var lines: [String] {
        var parts = ["\(succeeded) succeeded", "\(failed) failed", "\(cancelled) cancelled"]
        if unfinished > 0 { parts.append("\(unfinished) unfinished") }
        if gone > 0 { parts.append("\(gone) no longer kept") }
        parts.append("\(skipped) occurrences skipped")
        let which = runs == 0 ? "none yet" : isWhole ? "of \(runs)" : "of the last \(runs)"
        var lines = ["runs       \(which): " + parts.joined(separator: ", ")]
        if let durations {
            let words = RecurringStatus.words
            lines.append(
                "took       shortest \(words(durations.shortest)), median \(words(durations.median)), 95 % within "
                    + "\(words(durations.percentile95)), longest \(words(durations.longest))")
        }
        if let lastSuccess { lines.append("succeeded  \(lastSuccess.time.forPeople), job \(lastSuccess.job)") }
        if let lastFailure { lines.append("failed     \(lastFailure.time.forPeople), job \(lastFailure.job)") }
        return lines
    }
}

extension RecurringEntry {
    var detail: String {
        var parts: [String] = []
        if howMany > 0 { parts.append("\(howMany) \(howMany == 1 ? "occurrence" : "occurrences")") }
        if let plannedLast { parts.append("the last \(plannedLast.forPeople)") }
        if let origin, origin != .schedule { parts.append(origin.rawValue) }
        if !reason.isEmpty { parts.append(reason) }
        return parts.joined(separator: ", ")
    }
}
