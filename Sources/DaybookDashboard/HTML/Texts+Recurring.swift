internal import Daybook
internal import DaybookModel

extension Texts {
    static let noRecurring = "There are no recurring jobs."
    static let newRecurring = "New recurring job"
    static let recurringID = "Id"
    static let when = "When"
    static let zone = "Zone"
    static let next = "Next"
    static let fired = "Fired"
    static let skipped = "Skipped"
    static let byHand = "started by hand"
    static let nextRuns = "Next runs"
    static let lastRun = "Last run"
    static let showNextRuns = "Show next runs"
    static let history = "History"
    static func there(_ local: String) -> String { "\(local) by its own clocks" }
    static let schedule = "Schedule"
    static let group = "Group"
    static let misfire = "If it was missed"
    static let overlap = "While an earlier one is not finished"
    static let madeBy = "Made by"
    static let madeByPeople = "people"
    static let took = "Took"
    static let mode = "Started"
    static let automatic = "by its schedule"
    static let starts = "Not before"
    static let ends = "Not after"
    static let jitter = "Jitter"
    static let misfireMax = "If each is made up for, at most"
    static let lateAfter = "Missed if late by more than"
    static let by = "by"
    static let unfinished = "Unfinished"
    static let noLongerKept = "No longer kept"
    static let shortest = "Shortest"
    static let median = "Median"
    static let percentile95 = "95th percentile"
    static let longest = "Longest"
    static let lastSuccess = "Last success"
    static let lastFailure = "Last failure"
    static let triggerAll = "Run all now"
    static let pauseAll = "Pause all"
    static let resumeAll = "Resume all"
    static let removeAll = "Remove all"
    static let sureToRemoveAll = "Take out all triggers of this group? Their history stays."
    static let attempts = "Attempts"
    static let description = "Description"
    static let whenHelp =
        "A cron expression such as 0 2 * * MON-FRI, or every 90s, every 5m, daily at 09:30, weekly on MON,FRI at "
        + "12:00. "
        + "Empty: it is started by hand."

    static func ofGroup(_ group: String) -> String { "All of the group \(group)" }
    static func upTo(_ duration: String) -> String { "up to \(duration)" }

    static func runsLookedAt(_ runs: Int, isWhole: Bool) -> String {
        isWhole ? "All runs: \(number(runs))." : "The last \(number(runs)) runs."
    }

    static func editRecurring(_ id: String) -> String { "Edit \(id)" }

    static func standing(_ standing: RecurringStatus.Standing) -> String {
        switch standing {
        case .active: "Active"
        case .byHand: "By hand"
        case .paused: "Paused"
        case .over: "Over"
        case .broken: "Broken"
        case .removed: "Removed"
        }
    }

    static func misfireRule(_ rule: MisfireRule) -> String {
        switch rule {
        case .once: "one job for all that was missed"
        case .each(let max): "a job for each, at most \(number(max))"
        case .skip: "nothing"
        }
    }

    static func misfireWord(_ word: String) -> String {
        switch MisfireRule(word: word) {
        case .each: "a job for each"
        case let rule?: misfireRule(rule)
        case nil: word
        }
    }

    static func overlapRule(_ rule: OverlapRule) -> String {
        switch rule {
        case .allow: "it fires all the same"
        case .skip: "it is skipped"
        case .wait: "it waits"
        }
    }

    static func entryDetail(_ howMany: UInt64, _ origin: FireOrigin?, _ reason: String) -> String {
        var parts: [String] = []
        if howMany > 0 { parts.append(howMany == 1 ? "1 occurrence" : "\(number(howMany)) occurrences") }
        switch origin {
        case .trigger: parts.append("triggered")
        case .waited: parts.append("had waited")
        case .backfill: parts.append("backfilled")
        case .schedule, nil: break
        }
        if !reason.isEmpty { parts.append(reason) }
        return parts.joined(separator: ", ")
    }
}
