package import DaybookModel

// Recurring jobs as programs read them, from the command line and over HTTP alike.

extension RecurringStatus {
    package func write(to json: inout JSONWriter) {
        json.field("recurring", id)
        json.field("name", jobName)
        json.field("queue", queue)
        json.field("description", description)
        json.field("group", group)
        json.field("schedule", schedule)
        json.field("sentence", sentence)
        json.field("zone", zone)
        json.field("mode", mode)
        json.field("standing", standing.word)
        if case .broken(let why) = standing { json.field("broken", why) }
        if case .paused(let until) = standing { json.field("until", until) }
        if let pause {
            json.key("pause")
            json.object { pause.write(to: &$0) }
        }
        json.field("next", next)
        json.field("waiting", waiting)
        json.field("misfire", misfire.word)
        if case .each(let max) = misfire { json.field("misfireMax", max) }
        json.field("lateMicroseconds", set.lateMicroseconds)
        json.field("overlap", overlap.rawValue)
        json.field("jitterMicroseconds", set.jitterMicroseconds)
        json.field("starts", starts)
        json.field("ends", ends)
        json.field("origin", origin)
        json.field("fired", fired)
        json.field("skipped", skipped)
        json.field("definition", definition)
        json.field("version", version)
        json.field("seq", last)
    }

    /// Whether its schedule starts it, in the word of programs.
    package var mode: String { isByHand ? "byHand" : "automatic" }
}

extension RecurringPause {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("seq", event)
        json.field("time", time)
        json.field("actor", actor.description)
        if !reason.isEmpty { json.field("reason", reason) }
    }
}

extension RecurringEntry {
    package func write(to json: inout JSONWriter) {
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

extension RecurringStatistics {
    package func write(to json: inout JSONWriter) {
        json.field("runs", runs)
        json.field("isWhole", isWhole)
        json.field("succeeded", succeeded)
        json.field("failed", failed)
        json.field("cancelled", cancelled)
        json.field("unfinished", unfinished)
        json.field("gone", gone)
        json.field("skipped", skipped)
        if let durations {
            json.field("shortestMicroseconds", durations.shortest.clampedMicroseconds)
            json.field("medianMicroseconds", durations.median.clampedMicroseconds)
            json.field("percentile95Microseconds", durations.percentile95.clampedMicroseconds)
            json.field("longestMicroseconds", durations.longest.clampedMicroseconds)
        }
        write("lastSuccess", lastSuccess, to: &json)
        write("lastFailure", lastFailure, to: &json)
    }

    private func write(_ name: String, _ ending: Ending?, to json: inout JSONWriter) {
        guard let ending else { return }
        json.key(name)
        json.object { json in
            json.field("job", ending.job.rawValue)
            json.field("time", ending.time)
        }
    }
}
