internal import DaybookLog
internal import DaybookModel

extension Texts {
    static let noJobs = "There are no such jobs."
    static let withheld = "Withheld: seeing this takes the permission jobs.args.read."
    static func closed(_ why: ClosedPayload) -> String { "Cannot be read: \(why)." }
    static let arguments = "Arguments"
    static let result = "Result"
    static let lastError = "Last error"
    static let error = "Error"
    static let timeline = "Timeline"
    static let runLog = "Log of its runs"
    static let level = "Level"
    static let noLines = "Its runs have logged nothing."
    static let parents = "Waits for"
    static let children = "Waited for by"
    static let shownAs = "Shown as"
    static let createdAt = "Created"
    static let enqueuedFrom = "Enqueued from"
    static let expires = "Expires"
    static let priority = "Priority"
    static let deaths = "Processes that died running it"
    static let retryRule = "Retries"
    static let timeout = "Timeout"
    static let uniqueKey = "Unique key"
    static let requestID = "Request id"
    static let limitKeys = "Limit keys"
    static let metadata = "Metadata"
    static let batch = "Batch"
    static let plannedFor = "Planned for"
    static let steps = "Steps done"

    static func jobTitle(_ job: SequenceNumber, _ name: String) -> String { "Job \(job): \(name)" }
    static func jobNumber(_ job: SequenceNumber) -> String { "Job \(job)" }
    static func logOf(_ job: SequenceNumber) -> String { "Log of job \(job)" }
    static func runsOf(_ attempt: Int, _ attempts: Int) -> String { "\(attempt) of at most \(attempts)" }
    static func runNumber(_ run: Int) -> String { "run \(run)" }
    static func by(_ actor: String) -> String { "by \(actor)" }
    static let becauseOf = "because of"
    static let around = "Around it"
    static let inBatch = "Part of"
    static let asCode = "As code"
    static let madeByRecurring = "Made by"
    static let recurringLower = "recurring job"
    static let cause = "Because of"
    static let jobEarlier = "The job's event before"
    static let aroundEvent = "Other events"
    static let eventBefore = "Event before"
    static let eventAfter = "Event after"
    static let storeThen = "How it was then"

    static func eventTitle(_ event: SequenceNumber, _ kind: String) -> String { "Event \(event): \(kind)" }

    static func moreWait(_ count: Int) -> String { "These are \(number(count)) of those who wait for it." }

    static func fired(_ origin: FireOrigin?) -> String {
        switch origin {
        case .schedule: ", by its schedule"
        case .waited: ", by its schedule, after it had waited"
        case .trigger: ", triggered by hand"
        case .backfill: ", for a stretch of time"
        case nil: ""
        }
    }

    static let retrying = "Retrying"
    static let retryingJobs = "Retrying jobs"
    static let createdFrom = (utc: "Created from, UTC", here: "Created from")
    static let createdBefore = (utc: "Created before, UTC", here: "Created before")
    static let errorSays = "It says"
    static let moreArguments = "Further fields, as a JSON object"
    static let find = "Find"
    static let onlyLinesWith = "Only lines with"
    static let downloadWhole = "Download all of it"
    static let copy = "Copy these lines"
    static let copied = "Copied"
    static let followTail = "Follow the tail"
    static let previousMatch = "Previous match"
    static let nextMatch = "Next match"
    static let olderMatch = "Next older match"
    static let newerMatch = "Next newer match"
    static let searchOn = "Search further back"
    static let noLinesLately = "Its runs have logged nothing lately."
    static let wholeLog = "All lines, with search"
    static let olderLinesAbsent = "… (older lines are not in this file: there are too many, or their archive is absent)"

    static func wholeLog(_ lines: Int) -> String {
        lines == 1 ? "The line, with search" : "All \(number(lines)) lines, with search"
    }
    static func levelAndWorse(_ level: String) -> String { "\(level) and above" }
    static func statisticsOf(_ run: Int) -> String { "Statistics of run \(run)" }
    static func cut(_ bytes: Int) -> String { "… and \(number(bytes)) bytes more" }
    static func binary(_ bytes: Int) -> String { "\(number(bytes)) bytes that are no text; they begin with" }

    static func errorLine(_ type: String, _ took: String) -> String {
        type.isEmpty ? "It failed after \(took)." : "\(type), after \(took)"
    }

    static func linesFound(_ found: Int, of all: Int) -> String {
        let lines = all == 1 ? "1 line" : "\(number(all)) lines"
        return found == all ? lines : "\(number(found)) of \(lines)"
    }

    static func linesHere(_ count: Int) -> String {
        count == 1 ? "1 line on this page" : "\(number(count)) lines on this page"
    }

    static func linesLookedAt(_ lines: Int) -> String {
        "\(number(lines)) lines from here back were looked at. There may be more: go on below."
    }

    static func matchesHere(_ count: Int) -> String {
        count == 1 ? "Found in 1 line of this page." : "Found in \(number(count)) lines of this page."
    }

    static func newestOnly(_ count: Int) -> String {
        "These are the newest \(number(count)); older ones stand in the log."
    }

    static func lookedAt(_ rows: Int) -> String {
        "The newest \(number(rows)) jobs from here on were looked at. There may be more: go on below."
    }

    static func condition(_ condition: AfterCondition) -> String {
        switch condition {
        case .success: "the success of"
        case .failure: "the failure of"
        case .any: "the end of"
        }
    }
}
