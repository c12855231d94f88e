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
        if case .each(let max) = misfire { return "each, at most \(max)" }
        return misfire.word
    }

    var lines: [String] {
        var lines = ["recurring  \(id)"]
        if let description { lines.append("for        \(description)") }
        if let group { lines.append("group      \(group)") }
        lines.append("job        \(jobName), queue \(queue)")
        lines.append("arguments  \(String(decoding: shownArguments, as: UTF8.self))")
        if let schedule {
            lines.append("when       \(schedule)" + (sentence.map { ": \($0)" } ?? ""))
            lines.append("zone       \(zone)")
        }
        lines.append("standing   \(standingSentence)")
        if let next { lines.append("next       \(shown(next))") }
        if let waiting { lines.append("waiting    \(shown(waiting)), for the end of an earlier job") }
        lines.append("misfire    \(misfireText)")
        lines.append("overlap    \(overlap.rawValue)")
        lines.append("from       " + (origin.map { "the code of \($0)" } ?? "people"))
        lines.append("fired      \(fired), skipped \(skipped)")
        return lines
    }

    func write(to json: inout JSONWriter) {
        json.field("recurring", id)
        json.field("name", jobName)
        json.field("queue", queue)
        json.field("description", description)
        json.field("group", group)
        json.field("schedule", schedule)
        json.field("sentence", sentence)
        json.field("zone", zone)
        json.field("standing", standing.word)
        if case .broken(let why) = standing { json.field("broken", why) }
        if case .paused(let until) = standing { json.field("until", until) }
        json.field("next", next)
        json.field("waiting", waiting)
        json.field("misfire", misfire.word)
        if case .each(let max) = misfire { json.field("misfireMax", max) }
        json.field("overlap", overlap.rawValue)
        json.field("origin", origin)
        json.field("fired", fired)
        json.field("skipped", skipped)
        json.field("definition", definition)
        json.field("version", version)
        json.field("seq", last)
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

    func write(to json: inout JSONWriter) {
        json.field("seq", event)
        json.field("kind", kind.name)
        json.field("time", time)
        json.field("actor", actor.description)
        json.field("planned", planned)
        json.field("plannedLast", plannedLast)
        if howMany > 0 { json.field("howMany", howMany) }
        json.field("origin", origin?.rawValue)
        json.field("job", job?.rawValue)
        json.field("state", state?.name)
        json.field("since", since)
        json.field("ranMicroseconds", ran?.clampedMicroseconds)
        if !reason.isEmpty { json.field("reason", reason) }
    }
}
