// What is wrong with a recurring job, and what is left of it. People are refused; a definition that stands in code is
// written down as broken, with whatever is wrong in it replaced, so that the program starts and others go on.

extension RecurringSet {
    package static let descriptionBytesMax = 1_024
    package static let scheduleBytesMax = 1_100
    package static let zoneBytesMax = 255

    /// What is wrong with it, if anything; what only its zone can tell is asked before.
    package var refusal: Refusal? {
        guard Name.isValid(id) else { return .badName("id of the recurring job", id) }
        if let group, !Name.isValid(group) { return .badName("group", group) }
        return refusalOfJob ?? refusalOfTexts ?? refusalOfTimes
    }

    private var refusalOfJob: Refusal? {
        if let refusal = Books.refusal(of: Box(job)) { return refusal }
        guard job.due == nil, job.requestID == nil else {
            return Refusal(
                .badOption,
                "A recurring job says when by its schedule, and makes many jobs: leave out the delay, the time and "
                    + "the request id.")
        }
        guard job.after.isEmpty, job.batch == 0 else {
            return Refusal(
                .badOption,
                "What a recurring job makes waits for no other job and is in no batch: those end, and it goes on. "
                    + "Leave them out, and let its run enqueue what belongs to others.")
        }
        guard expiresAfterMicroseconds ?? 0 >= 0 else {
            return Refusal(.badOption, "Its jobs cannot expire before they are fired.")
        }
        // A job beyond the calendar is refused, and here that would be each of them.
        guard expiresAfterMicroseconds ?? 0 <= RecurringSet.expiryMax else {
            return Refusal(.badOption, "Its jobs expire within 1,000 years, or not at all: leave the expiry out.")
        }
        return nil
    }

    private var refusalOfTexts: Refusal? {
        guard (description ?? "").utf8.count <= RecurringSet.descriptionBytesMax else {
            return Refusal(.badOption, "The description may have \(RecurringSet.descriptionBytesMax) bytes.")
        }
        guard (schedule ?? "").utf8.count <= RecurringSet.scheduleBytesMax,
            zone.utf8.count <= RecurringSet.zoneBytesMax
        else {
            return Refusal(
                .badOption,
                "The schedule may have \(RecurringSet.scheduleBytesMax) bytes, and the zone "
                    + "\(RecurringSet.zoneBytesMax).")
        }
        return nil
    }

    private var refusalOfTimes: Refusal? {
        guard lateMicroseconds >= 0, jitterMicroseconds >= 0, jitterMicroseconds <= RecurringSet.jitterMax else {
            return Refusal(
                .badOption, "The misfire threshold cannot be negative, and the jitter is at most a day.")
        }
        if case .each(let max) = misfire, !(1...MisfireRule.eachMaxLimit).contains(max) {
            return Refusal(
                .badOption, "`each` makes up for 1 to \(MisfireRule.eachMaxLimit) missed occurrences, not \(max).")
        }
        if let starts, let ends, ends < starts {
            return Refusal(.badOption, "It ends at \(ends), before it starts at \(starts).")
        }
        return nil
    }

    private static let jitterMax: Int64 = 86_400_000_000
    private static let expiryMax: Int64 = 1_000 * 366 * 86_400_000_000

    /// The same without what ``refusal`` finds. It is there to be looked at, and not to be followed.
    package var withoutMistakes: RecurringSet {
        var sound = self
        if !Name.isValid(id) { sound.id = RecurringSet.name(for: id) }
        if let group, !Name.isValid(group) { sound.group = nil }
        if refusalOfJob != nil {
            sound.job = Created(
                name: Name.isValid(job.name) ? job.name : RecurringSet.unnamed,
                queue: Name.isValid(job.queue) ? job.queue : "default", attempts: 1, salt: 0, arguments: [])
            sound.expiresAfterMicroseconds = nil
        }
        if refusalOfTexts != nil { (sound.description, sound.schedule, sound.zone) = (nil, nil, ZoneTable.utc.name) }
        guard refusalOfTimes != nil else { return sound }
        sound.lateMicroseconds = max(0, lateMicroseconds)
        sound.jitterMicroseconds = min(max(0, jitterMicroseconds), RecurringSet.jitterMax)
        if case .each(let max) = misfire {
            sound.misfire = .each(max: Swift.min(Swift.max(1, max), MisfireRule.eachMaxLimit))
        }
        if let starts, let ends, ends < starts { sound.ends = nil }
        return sound
    }

    private static let unnamed = "unnamed"

    /// A name for an id that is none: what may stand in a name stays, and a mark of the whole keeps two apart.
    private static func name(for id: String) -> String {
        let kept = String(id.unicodeScalars.filter { Name.isValid("a\($0)") }.prefix(100).map(Character.init))
        // FNV-1a: the same id has the same name in every process.
        let mark = id.utf8.reduce(UInt32(0x811C_9DC5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        return "\(unnamed):\(kept):\(String(mark, radix: 16))"
    }
}
