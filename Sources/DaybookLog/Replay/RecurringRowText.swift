internal import DaybookModel

extension RecurringRecord {
    /// All that the record holds: two records that differ have different texts.
    func write(to object: inout JSONObject) {
        object.text("id", id)
        object.number("version", version)
        object.number("last", last)
        if lastFired != 0 { object.number("lastFired", lastFired) }
        if let next { object.instant("next", next) }
        if let due { object.instant("due", due) }
        object.instant("handled", handled)
        if let pending { object.instant("pending", pending) }
        if let pausedUntil { object.instant("pausedUntil", pausedUntil) }
        object.number("fired", fired)
        object.number("skipped", skipped)
        if unfinished != 0 { object.number("unfinished", unfinished) }
        if !flags.isEmpty { object.number("flags", flags.rawValue) }
        object.text("overlap", overlap.rawValue)
        object.text("misfire", misfire.word)
        if case .each(let max) = misfire { object.number("misfireMax", max) }
        object.number("lateMicroseconds", lateMicroseconds)
        if jitterMicroseconds != 0 { object.number("jitterMicroseconds", jitterMicroseconds) }
        if !zoneData.isEmpty { object.text("zoneData", zoneData) }
        if !origin.isEmpty { object.text("origin", origin) }
    }
}
