internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// All that pages say, in one place: a translation is another file like this one.
enum Texts {
    static let language = "en"
    static let jobs = "Jobs"
    static let queues = "Queues"
    static let recurring = "Recurring"
    static let batches = "Batches"
    static let processes = "Processes"
    static let log = "Log"
    static let audit = "Audit"
    static let storage = "Storage"
    static let navigation = "Pages"
    static let skipToContent = "Skip to content"
    static let signIn = "Sign in"
    static let signOut = "Sign out"
    static let name = "Name"
    static let password = "Password"
    static let signInFailed = "That name and password do not belong together."
    static let back = "Back"
    static let readOnly = "Read-only"
    static let timesAreUTC = "Times are UTC unless your browser shows its own"
    static let asOf = "As of…"
    static let asOfEventLabel = "As of event"
    static let past = "The past"
    static let eventNumber = "Event number"
    static let instantField = (utc: "Instant, in UTC", here: "Instant")
    static let show = "Show"
    static let pastIsReadOnly = "what was, and cannot be changed."
    static let backToNow = "Back to now"
    static let noSizesThen = "Sizes, readers and followers are not part of the log: they are known of the present only."
    static let headOfChain = "Head of the chain"
    static let wholeList = "The whole list as"
    static let operations = "Operations"
    static let operationsExplained =
        "Something done to many jobs at once. Each is a job itself: it goes on after a restart, and can be cancelled."
    static let noOperations = "There are none."
    static let withAllThatMatch = "With everything that matches…"
    static let undo = "Undo"
    static let sureToUndo = "Put these jobs back to where they stood, unless something has happened to them since?"
    static func takenBackBy(_ operation: SequenceNumber) -> String { "Taken back by \(operation)" }
    static let errorType = "Error type"
    static let startJob = "Start a job"
    static let start = "Start"
    static let startExplained =
        "Jobs that living processes can run. The form is made of the type's example, or of the newest job's arguments."
    static let nothingRegistered = "No living process names a job that it can run."
    static let argumentsAsJSON = "Arguments, as JSON"
    static let yes = "yes"
    static let no = "no"
    static let rateLabel = "Starts, such as 100/1m"
    static let slidingWindow = "In a window that slides"
    static let weight = "Turns while others have one"
    static func asJSON(_ name: String) -> String { "\(name), as JSON" }
    static let panels = "Panels"
    static let noPanels = "There is no panel that you may see."
    static let nothingToShow = "There is nothing to show."
    static let panelsShowThePresent =
        "Panels show the present only: what they are made of is not kept as it was. Go back to now to see them."
    static let panelIsBuilt = "What this panel shows is being built; look again soon."
    static let panelBusy = "This panel has not answered those who asked before; look again soon."
    static let panelFailed = "This panel cannot be shown: the program's own code for it failed."
    static let notPossible = "That is not possible"

    static func panelLate(_ seconds: Int64) -> String {
        "This panel cannot be shown: the program's own code for it took longer than \(max(seconds, 1)) s."
    }
    static func firstShown(_ rows: Int) -> String { "The first \(number(rows)) are shown; there are more." }
    static func newestShown(_ points: Int) -> String { "The newest \(number(points)) are shown; there are more." }
    static func change(_ change: Double) -> String {
        "\(change < 0 ? "" : change > 0 ? "+" : "±")\(decimal(change)) since before"
    }
    static func seriesLabel(_ title: String, _ points: Int, low: Double, high: Double, unit: String) -> String {
        "\(title): \(number(points)) values from \(decimal(low)) to \(decimal(high)) \(unit)"
    }
    static func pointTitle(_ point: PanelPoint, _ unit: String) -> String {
        "\(point.time.forPeople) · \(decimal(point.value)) \(unit)"
    }

    static func asOfEvent(_ sequence: SequenceNumber) -> String { "As of event \(sequence)" }
    static func stepOf(_ step: Int) -> String { step < 0 ? "−\(number(-step))" : "+\(number(step))" }
    static func countedFrom(_ events: Int) -> String { "Counted from the \(number(events)) events before." }
}

extension Texts {
    static let home = "Overview"
    static let crumbs = "Way here"
    static let morePages = "More of the list"
    static let toFirst = "Newest"
    static let goOn = "More"
    static let all = "All"
    static let none = "None"
    static let job = "Job"
    static let queue = "Queue"
    static let ownQueue = "that of its type, or default"
    static let number = "No."
    static let stateWord = "State"
    static let run = "Run"
    static let runs = "Runs"
    static let since = "Since"
    static let sinceLower = "since"
    static let until = "until"
    static let due = "Due"
    static let dueUTC = "Due, in UTC"
    static let dueField = (utc: dueUTC, here: due)
    static let tags = "Tags"
    static let tag = "Tag"
    static let tenant = "Tenant"
    static let text = "Text"
    static let jobName = "Job name"
    static let filter = "Filter"
    static let clear = "Clear"
    static let choose = "Choose"
    static let reason = "Reason"
    static let about = "About"
    static let actions = "Actions"
    static let progress = "Progress"
    static let left = "Left"
    static let event = "Event"
    static let time = "Time"
    static let what = "What"
    static let who = "Who"
    static let details = "Details"
    static let person = "Person"
    static let version = "Version"
    static let rows = "Rows"
    static let size = "Size"
    static let nobody = "nobody"
    static let nameless = "without a name"
    static let deleted = "deleted"
    static let andMore = "and more"

    // What can be done.
    static let cancel = "Cancel"
    static let requeue = "Run again"
    static let rerun = "Run once more"
    static let sureToRerun = "It has succeeded. Do the same work once more, as a new job?"
    static let delete = "Delete"
    static let reschedule = "Reschedule"
    static let pause = "Pause"
    static let resume = "Resume"
    static let quiet = "Quiet"
    static let stop = "Stop"
    static let seal = "Seal"
    static let trigger = "Run now"
    static let edit = "Edit"
    static let remove = "Remove"
    static let create = "Create"
    static let save = "Save"
    static let cancelBatch = "Cancel the batch"
    static let setLimit = "Set limit"
    static let download = "Download"
    static let withSelected = "With the chosen"
    static let sureToCancel = "Cancel this job? It stops for good."
    static let sureToDelete = "Delete this job? Its history stays in the log."
    static let sureToDeleteEnded = "Delete this job? That cannot be undone; its history stays in the log."
    /// The script puts in how many.
    static let sureToDeleteChosen =
        "Delete the chosen jobs, {} in all? Those that have ended cannot be put back; their history stays in the log."

    static func action(_ action: Operation.Action) -> String {
        switch action {
        case .cancel: cancel
        case .requeue: requeue
        case .delete: delete
        case .reschedule: reschedule
        case .undo: undo
        }
    }

    /// `count` is nil where nobody has counted them.
    static func sureAboutAll(_ action: Operation.Action, _ count: Int?, _ filter: Operation) -> String {
        let all = count.map { $0 == 1 ? "the 1 job that matches" : "all \(number($0)) jobs that match" }
        let question = "\(self.action(action)): \(all ?? "all jobs that match") (\(filter.about))?"
        switch action {
        case .delete: return "\(question) Those that have ended cannot be put back."
        case .requeue: return "\(question) That cannot be undone."
        case .cancel, .reschedule, .undo: return question
        }
    }
    static let sureToCancelBatch = "Cancel this batch and all of its unfinished jobs?"
    static let sureToStop = "Stop this process? What it runs has time to finish."
    static let sureToStopThis = "Stop this process? It is the one that serves these pages."
    static let sureToRemove = "Remove this recurring job? Its history stays."

    static func reasonFor(_ what: String) -> String { "Reason: \(what)" }
    static func chooseJob(_ job: SequenceNumber) -> String { "Choose job \(job)" }

    static func outcome(done: Int, of all: Int) -> String {
        if all == 1 { return done == 1 ? "Done." : "It had moved on meanwhile; nothing was done." }
        return done == all ? "Done with all \(all)." : "Done with \(done) of \(all); the others had moved on meanwhile."
    }

    // MARK: Numbers and times

    /// With thin spaces between thousands.
    static func number(_ number: some BinaryInteger) -> String {
        let digits = Array("\(number)")
        guard digits.count > 4 else { return String(digits) }
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0, digits[index - 1] != "-" { text.append("\u{202F}") }
            text.append(digit)
        }
        return text
    }

    /// For the side of a chart: 1.2k.
    static func short(_ number: Int) -> String {
        switch number {
        case ..<1_000: "\(number)"
        case ..<1_000_000: number % 1_000 == 0 ? "\(number / 1_000)k" : "\(number / 1_000).\(number % 1_000 / 100)k"
        default: "\(number / 1_000_000).\(number % 1_000_000 / 100_000)M"
        }
    }

    /// The same for numbers that need not be whole.
    static func short(_ number: Double) -> String {
        guard abs(number) >= 1_000, abs(number) < 1e15 else { return decimal(number) }
        return number < 0 ? "−\(short(Int(-number)))" : short(Int(number))
    }

    /// With as many places behind the point as say something, three at most.
    static func decimal(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        let thousandths = (abs(value) * 1_000).rounded()
        guard thousandths < 1e15, thousandths >= 1 || value == 0 else { return "\(value)" }
        let (whole, rest) = Int(thousandths).quotientAndRemainder(dividingBy: 1_000)
        let sign = value < 0 ? "−" : ""
        guard rest > 0 else { return sign + number(whole) }
        var places = String("\(rest + 1_000)".dropFirst())
        while places.hasSuffix("0") { places.removeLast() }
        return "\(sign)\(number(whole)).\(places)"
    }

    /// How long ago and how long until, with `{}` for the number or the time; the script of the pages says them, too.
    enum Age {
        static let now = "now"
        static let ago = "{} ago"
        static let ahead = "in {}"
        static let seconds = "{} s"
        static let minutes = "{} min"
        static let hours = "{} h"
        static let day = "1 day"
        static let days = "{} days"
    }

    static func age(microseconds: Int64) -> String {
        let span = span(microseconds: abs(microseconds))
        if abs(microseconds) < 1_000_000 { return Age.now }
        return filled(microseconds > 0 ? Age.ago : Age.ahead, span)
    }

    static func span(microseconds: Int64) -> String {
        let seconds = microseconds / 1_000_000
        switch seconds {
        case ..<60: return filled(Age.seconds, "\(seconds)")
        case ..<3_600: return filled(Age.minutes, "\(seconds / 60)")
        case ..<86_400:
            let minutes = seconds % 3_600 / 60
            let hours = filled(Age.hours, "\(seconds / 3_600)")
            return minutes == 0 ? hours : hours + " " + filled(Age.minutes, "\(minutes)")
        default:
            let days = seconds / 86_400
            return days == 1 ? Age.day : filled(Age.days, "\(days)")
        }
    }

    private static func filled(_ pattern: String, _ value: String) -> String { pattern.replacing("{}", with: value) }

    // MARK: States and kinds

    static func state(_ state: JobState) -> String {
        switch state {
        case .awaiting: "Awaiting"
        case .scheduled: "Scheduled"
        case .enqueued: "Ready"
        case .processing: "Running"
        case .succeeded: "Succeeded"
        case .failed: "Failed"
        case .cancelled: "Cancelled"
        case .parked: "Parked"
        }
    }

    static func jobsIn(_ state: JobState) -> String { "\(Texts.state(state)) jobs" }

    static func waitsFor(_ word: String) -> String {
        switch word {
        case "retry": "will be tried again"
        case "snooze": "asked to wait"
        case "rescheduled": "rescheduled"
        case "limit": "a limit is full"
        case "delay": "delayed"
        default: word
        }
    }

    static func standing(_ standing: BatchStanding) -> String {
        switch standing {
        case .open: "Open"
        case .running: "Running"
        case .succeeded: "Succeeded"
        case .failed: "Failed"
        case .cancelled: "Cancelled"
        }
    }

    /// `attemptFailed` as "attempt failed".
    static func kind(_ kind: EventKind?) -> String {
        guard let kind else { return "of a later release" }
        var words = ""
        for character in kind.name {
            if character.isUppercase { words += " " + character.lowercased() } else { words.append(character) }
        }
        return words
    }
}

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
    static let runsAtItsEnd = "Runs at its end"
    static let shownAs = "Shown as"
    static let createdAt = "Created"
    static let enqueuedFrom = "Enqueued from"
    static let expires = "Expires"
    static let priority = "Priority"
    static let deaths = "Processes that died running it"
    static let retryRule = "Retries"

    /// How long a job waits between its runs.
    static func retries(_ policy: RetryPolicy) -> String {
        func time(_ microseconds: Int64) -> String { "\(WallDuration(microseconds: microseconds))" }
        var words: String
        switch policy.kind {
        case .hangfire: words = "after 15 s and more, longer each time, as Hangfire does"
        case .fixed(let delays) where delays.allSatisfy { $0 == 0 }: words = "at once"
        case .fixed(let delays): words = "after \(delays.map(time).joined(separator: ", then "))"
        case .exponential(let first, let factor, let cap, _):
            let times = factor == factor.rounded() ? "\(Int(factor))" : "\(factor)"
            words = "after \(time(first)), \(times) times as long each time"
            if cap < Int64.max { words += ", at most \(time(cap))" }
        }
        if let total = policy.total { words += "; for \(time(total)) in all" }
        return words
    }

    static let timeout = "Timeout"
    static let uniqueKey = "Unique key"
    static let requestID = "Request id"
    static let limitKeys = "Limit keys"
    static let metadata = "Metadata"
    static let batch = "Batch"
    static let onceMore = "Does once more"
    static let doneOnceMoreBy = "Done once more by"
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
    static func noMatchHere(_ way: String) -> String { "Not on this page; go on with “\(way)”:" }
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

extension Texts {
    // MARK: Overview

    static let throughput = "Throughput"
    static let latestFailures = "Latest failures"
    static let noFailures = "No job has failed."
    static let fine = "All well"
    static let nothingWrong = "Nothing is late, and nothing needs you."
    static let needsAttention = "What needs attention"
    static let problem = "Problem"
    static let noteWord = "Note"
    static let succeeded = "Succeeded"
    static let retried = "Tried again"
    static let failed = "Failed"
    static let enqueued = "Enqueued"
    static let noStatistics = "The statistics are being built; they are there in a moment."
    static let outOfSpace = "The disk is full: no new jobs are taken until there is space."
    static let outdated =
        "A newer release has written to the store what this process does not know: it begins nothing more."
    static let stopping = "This process is stopping."
    static let nobodyWorks =
        "Jobs are ready, and nobody runs them: no process works on the store, and no worker asks for jobs here."
    static let dueAndLate = "Jobs are due, and nobody makes them ready."

    static func keyed(_ name: String, _ count: Int) -> String { "\(name) \(number(count))" }
    static func deadProcesses(_ count: Int) -> String {
        count == 1 ? "A process died with the store open." : "\(count) processes died with the store open."
    }
    /// What a queue is called where people see it.
    static func queueName(_ name: String) -> String { name == Name.queuesToCome ? queuesToCome : name }
    static let queuesToCome = "queues to come"
    static let pauseEveryQueue = "Pause all queues"
    static let resumeEveryQueue = "Resume all queues"
    static let sureToPauseAll = "Hand out no more jobs of any queue, those to come as well?"

    static func queueIsPaused(_ queue: String, _ waiting: UInt64) -> String {
        switch waiting {
        case _ where queue == Name.queuesToCome: "Queues that no job has used yet are paused."
        case 0: "Queue \(queue) is paused."
        case 1: "Queue \(queue) is paused; 1 job waits."
        default: "Queue \(queue) is paused; \(number(waiting)) jobs wait."
        }
    }
    static func queueIsLate(_ queue: String) -> String { "Queue \(queue) is behind: its oldest job waits" }
    static func parkedJobs(_ count: UInt64) -> String {
        count == 1
            ? "1 job is parked: nobody can run it." : "\(number(count)) jobs are parked: nobody can run them."
    }
    static func failedJobs(_ count: UInt64) -> String {
        count == 1 ? "1 job has failed" : "\(number(count)) jobs have failed"
    }
    static func failedEarlier(_ looked: Int) -> String { "The newest \(number(looked)) since then, others before." }
    static func alert(_ rule: String, _ text: String) -> String { "Alert \(rule): \(text)" }
    static func pausedBy(_ who: String, _ reason: String) -> String {
        reason.isEmpty ? "by \(who)" : "by \(who): \(reason)"
    }
    static func recurringIsLate(_ id: String) -> String { "Recurring job \(id) is late" }
    static func recurringIsBroken(_ id: String) -> String { "Recurring job \(id) cannot be followed." }
    static func failingViews(_ names: [String]) -> String { "A view has stopped: \(names.joined(separator: ", "))." }
    static func behindBy(_ events: UInt64) -> String { "\(number(events)) events are not counted yet." }

    static func span(_ span: Throughput.Span) -> String {
        switch span {
        case .hour: "Last hour"
        case .day: "Last day"
        case .week: "Last week"
        }
    }

    static let howLong = "How long"
    static let waited = "Jobs were ready before they started"
    static let ran = "Runs took"
    static let latest = "Latest"
    static let failuresByError = "Failed, by error"
    static func percentile(_ hundredths: Int) -> String { hundredths == 50 ? "Half" : "\(hundredths) %" }

    static func chartLabel(_ span: Throughput.Span, _ succeeded: Int, _ retried: Int, _ failed: Int) -> String {
        "\(Texts.span(span)): \(number(succeeded)) succeeded, \(number(retried)) tried again, \(number(failed)) failed"
    }

    static func barTitle(_ bar: Throughput.Bar) -> String {
        "\(bar.start.forPeople): \(number(bar[.succeeded])) succeeded, \(number(bar[.retried])) tried again, "
            + "\(number(bar[.failed])) failed, \(number(bar[.enqueued])) enqueued"
    }

    // MARK: Queues

    static let noFurtherQueues = "There are no queues behind that one."
    static let noQueues = "There are no queues yet; the first job makes one."
    static let oldest = "Oldest ready"
    static let paused = "Paused"
    static let oldestShort = "Oldest"
    static let aMinute = "A minute"
    static let endedPerMinute = "Ended a minute"
    static let noRatesThen = "How much ended in a queue is counted of the present only."
    static let changeLimit = "Change limit"
    static let removeLimit = "Take away"
    static func rate(_ rate: Double) -> String { decimal((rate * 10).rounded() / 10) }
    static let limits = "Limits"
    static let limit = "Limit"
    static let scope = "Of what"
    static let limitKey = "Key"
    static let atOnce = "At once"
    static let inOrder = "One after the other, in order"
    static let running = "Running"
    static let waiting = "Waiting"
    static let noLimits = "There are no limits."
    static let place = "Place"
    static let opens = "Opens"
    static let nobodyWaits = "Nobody waits for it."
    static func limitOf(_ scope: String) -> String { "Limit of \(scope)" }
    static func limitUse(_ limit: Limit?, _ held: UInt64, _ waiting: UInt64) -> String {
        "\(limit.map { Texts.limit($0) } ?? "No limit"): \(number(held)) run, \(number(waiting)) wait."
    }
    static func atLeast(_ count: UInt64) -> String { "≥ \(number(count))" }
    static let limitsExplained =
        "So many jobs of a queue, a name or a key may run at once. A key such as tenant:* is each tenant for itself. "
        + "Without a number the limit is taken away."

    // MARK: Batches

    static let noBatches = "There are no batches."
    static let inside = "Inside"
    static let batchesInside = "Batches inside"

    static func batchNumber(_ batch: SequenceNumber) -> String { "Batch \(batch)" }

    static func batchTitle(_ batch: SequenceNumber, _ name: String) -> String {
        name.isEmpty ? "Batch \(batch)" : "Batch \(batch): \(name)"
    }

    static func ended(_ succeeded: UInt64, _ failed: UInt64, _ cancelled: UInt64, of all: UInt64) -> String {
        "\(number(succeeded)) succeeded, \(number(failed)) failed, \(number(cancelled)) cancelled of "
            + "\(number(all)) jobs"
    }

    // MARK: Processes

    static let thisProcess = "serves these pages"

    static func processState(_ isAlive: Bool, _ standing: ProcessRecord.Standing?) -> (String, String) {
        guard isAlive else { return ("Dead", "bad") }
        switch standing {
        case .quiet: return ("Quiet", "warn")
        case .stopping: return ("Stopping", "warn")
        default: return ("Alive", "good")
        }
    }

    static func processFacts(_ event: SequenceNumber, _ pid: Int32, _ user: String?) -> String {
        let parts = [event > 0 ? "Process \(event)" : nil, "pid \(pid)", user].compactMap { $0 }
        return parts.joined(separator: ", ") + ", since"
    }

    static func runsJobs(_ count: Int) -> String {
        switch count {
        case 0: "It runs nothing now."
        case 1: "It runs 1 job:"
        default: "It runs \(number(count)) jobs:"
        }
    }

    // MARK: Log and audit

    static let noEvents = "There are no such events."
    static let nobodyDidAnything = "There is nothing that people did."
    static let auditExplained =
        "What people changed here, by the command line or through programs under their name, and where they were "
        + "turned away. Enqueueing and running jobs stand in the log."
    static let verifyExplained =
        "Each event is chained to the one before it. A check reads them all, in this process and without the ledgers; "
        + "the command “daybook log verify” checks those, too."

    static func headOfLog(_ last: SequenceNumber) -> String { "\(number(last)) events; the head of the chain is " }
    static func withinCommit(_ last: SequenceNumber) -> String {
        "\(number(last)) events; the last of them lies within a commit, and the chain has a head where one ends."
    }
    static func lookedAtEvents(_ count: Int) -> String {
        "The newest \(number(count)) events from here on were looked at. There may be more: go on below."
    }

    // MARK: Storage

    static let noFolder = "This store lies in no folder."
    static let folder = "Folder"
    static let file = "File"
    static let reusable = "Free within it"
    static let diskLeft = "Left on the disk"
    static let mapSize = "Address space"
    static let readers = "Readers"
    static let oldestReader = "Oldest reader"
    static let versions = "Versions"
    static let views = "Views of followers"
    static let behind = "Events behind"
    static let keptBy = "Kept up to date by"
    static let trouble = "Trouble"
    static let tables = "Tables"
    static let doctorExplained = "The command “daybook doctor” looks at permissions and processes, too."

    static func readersOf(_ count: Int, _ most: Int) -> String { "\(count) of \(most)" }
    static func oldestReader(_ pid: Int32, _ behind: UInt64) -> String {
        "pid \(pid), \(number(behind)) commits behind"
    }
    static func versions(_ format: UInt32, _ ledgers: UInt32, _ library: String) -> String {
        "format \(format), ledgers \(ledgers), LMDB \(library)"
    }
    static func pid(_ process: Int32) -> String { "pid \(process)" }
    static func viewFailed(_ view: String, _ why: String) -> String { "view \(view): \(viewFailure(why))" }
    static func remark(_ kind: StoreRemark.Kind) -> String {
        switch kind {
        case .fine: "Fine"
        case .note: "Note"
        case .problem: "Problem"
        }
    }
}

extension Texts {
    // MARK: Checks of the log and checkpoints

    static let neverVerified = "Nobody has had the log verified from here yet."
    static let verifyNow = "Verify now"
    static let checkWaits = "waits to begin"
    static let checkpoints = "Checkpoints"
    static let signer = "Signed by"
    static let unsigned = "nobody"
    static let goesOn = "The log goes on from it"
    static let goesOnNot = "The log does not go on from it"

    static func verdict(_ word: String) -> (String, String) {
        switch word {
        case "good": ("Whole", "good")
        case "damaged": ("Damaged", "bad")
        default: ("Cannot tell", "warn")
        }
    }

    static func verified(_ start: SequenceNumber, _ through: SequenceNumber, of last: SequenceNumber) -> String {
        let behind = last > through ? ", \(number(last - through)) have come since" : ""
        return "events \(number(start + 1)) to \(number(through)) were verified\(behind);"
    }

    static func finding(_ event: SequenceNumber?, _ sentence: String) -> String {
        event.map { "Event \($0): \(sentence)" } ?? sentence
    }

    static func checkpointsIn(_ path: String) -> String {
        "This process writes how far the log has come to \(path). Who signed a line is what the line says: the command "
            + "“daybook log verify --checkpoint” checks signatures, too."
    }

    // MARK: Steps of the clock

    static let clockSteps = "Steps of the clock"
    static let noClockSteps = "No clock of a process has stepped so far that it was noticed."
    static let clockBy = "By"
    static func stepped(_ microseconds: Int64) -> String {
        "\(microseconds > 0 ? "+" : "")\(decimal(Double(microseconds) / 1e6)) s"
    }
    static let canRun = "Jobs that it can run"
    static func processNumber(_ process: SequenceNumber) -> String { "Process \(process)" }
    static let processor = "Processor"
    static let memory = "Memory"

    static func processorUse(_ share: Double?, seconds: Double) -> String {
        let used = "\(decimal((seconds * 10).rounded() / 10)) s in all"
        guard let share else { return used }
        return "\(decimal((share * 1_000).rounded() / 10)) % of one, \(used)"
    }
}

extension Texts {
    /// How something that is in the way of a request begins where it is about a job's arguments.
    static let theArguments = "The arguments"

    /// An error of the engine, in the engine's own words. A translation goes by the code, and says the sentence where
    /// it has no words of its own.
    static func problem(_ code: ProblemCode, _ sentence: String) -> String { sentence }

    /// Why a page does not do what it was asked for, and what to do about it.
    enum Refused {
        static func noEvent(_ event: SequenceNumber) -> String { "There is no event \(event) at hand." }
        static func longReason(_ bytesMax: Int) -> String { "A reason has one line of at most \(bytesMax) bytes." }
        static let wholeStore = "This is about the store as a whole, and you see one tenant's jobs."
        static let badSpan = "span is hour, day or week."
        static let noTime = "Say when: at is missing."
        static let badTime = "A time is written as 2026-03-01T12:00 or 2026-03-01T12:00:00Z."
        static let manyExports = "You have too many exports under way."
        static let badLevel = "There is no such level."
        static func badChoice(_ jobsMax: Int) -> String { "Choose from 1 to \(jobsMax) jobs." }
        static let badChosenJob = "A job is written as ID.STATE."
        static let noLimitScope = "Say what the limit is about."
        static let badLimitKind = "kind has to be queue, name or key."
        static let badEventKind = "There is no such kind of event."
        static func noBatch(_ batch: SequenceNumber) -> String { "There is no batch \(batch)." }
        static func noJob(_ job: SequenceNumber) -> String {
            "There is no job \(job) any more, or there never was one. The log may tell of it."
        }
        static let noQueue = "There is no queue of that name."
        static let noRecurring = "There is no recurring job of that id."
        static let noProcess = "There is no process of that number now; what it did stands in the log."
        static let badMode = "mode is automatic or byHand."
        static func badDuration(_ field: String) -> String { "\(field) is written as 500ms, 90s, 5m, 24h or 7d." }
        static let badRecurringID = "An id has letters, digits and -._:/ and begins with a letter or a digit."
        static let noJobName = "Say what its jobs are called."
        static let recurringIsThere = "There is a recurring job of that id already; change that one."
        static let badMisfire = "misfire is once, each or skip."
        static let badOverlap = "overlap is allow, skip or wait."
        static let badPriority = "priority is a whole number."
        static func badArguments(_ error: any Error) -> String { "The arguments are no JSON: \(error)" }
        static func badSchedule(_ error: ScheduleError) -> String {
            "The schedule cannot be followed: \(error.description)."
        }
        static let badInterval = "An interval is written as 90s, 5m, 24h or 7d."
        static let badHistoryKind = "Nothing of that kind happens to a recurring job."
        static let badState = "There is no state of that name."
        static let badPlace = "A line's place is written as 812.3: an event's number, and which of its lines."
        static let strangePlace = "That place is in no log of this job."
        static let manyWrongTries = "There were too many wrong tries; wait."
        static let manySignIns = "Too many people sign in just now; try again."
        static let badAction = "action is cancel, requeue, delete or reschedule."
        static let jobsAndFilter = "Name jobs, or say what they have in common."
        static let noneIsThere = "None of these jobs is there."
        static let noFilter = "Say which jobs: name them, filter them, or say `all`."
        static let noUntil = "Say until when: at is missing."
        static func searching(_ permission: String) -> String { "Searching takes the permission \(permission)." }
        static let othersJobs = "These are another tenant's jobs."
        static func noOperation(_ operation: SequenceNumber) -> String { "There is no operation \(operation)." }
        static let allJobs = "Filter the jobs first: this would be all there are."
        static let badBulkAction = "action has to be cancel, requeue, reschedule or delete."
        static let manyMoments = "Too many moments of the past are being looked at; try again soon."
        static let badMoment = "at is an event's number, from 1 on, or an instant such as 2026-03-01T12:00:00Z."
        static let badFieldName = "A field of the form has a name that is none."
        static func notNumber(_ field: String) -> String { "\(field) has to be a number." }
        static func notJSON(_ what: String, _ error: JSONSyntaxError) -> String {
            "\(what): that is not JSON: \(error.description)."
        }
        static func notObject(_ what: String) -> String { "\(what) is not a JSON object." }
        static func strayMark(_ mark: String) -> String {
            "The arguments have \(mark) where nothing secret stood in that way before; write there what is meant."
        }
        static let nobodyRuns = "Nobody runs a job of that name."
        static let noName = "Say which job: name is missing."
        static let badLikeness = "similar is a group of errors that are alike: 16 digits, as statistics name it."
        static let otherHost = "This server does not answer to that name; see `--origin` and `hosts`."
        static let otherMethod = "This address does not take that method."
        static let otherSite = "It comes from another site."
        static let pastStays = "The past cannot be changed; ask without `at`."
        static let presentOnly = "This address shows the present only."
        static let notYet = "That instant has not come yet."
        static func takes(_ permission: String) -> String { "It takes the permission \(permission)." }
        static let ofWholeStore = "It belongs to the store as a whole."
        static func sayWho(_ how: String) -> String { "Say who you are: \(how)" }
        static let localOnly = "only programs on this machine itself are let in here; see `--auth-file`."
        static let signInOrToken = "sign in, or send a token in the Authorization field."
        static let unknownToProgram = "the program around this dashboard does not know you."
        static let takesJSON = "This route takes JSON; send `Content-Type: application/json`."
        static let otherTenant = "That is another tenant, and not yours."
        static func ownName(_ name: String) -> String { "Jobs called \(name) are Daybook's own." }
        static func ownKey(_ key: String) -> String { "The key \(key) is Daybook's own." }
        static func otherLimitKey(_ tenant: String, _ prefix: String) -> String {
            "A tenant's keys for limits are tenant:\(tenant), or begin with \(prefix)"
        }
        static let noBatchesOfTenants = "Batches may hold jobs of other tenants, so they are not yours."
        static let otherType = "Its content type is not one that this route takes."
        static let noToken = "It has no token of this session; load the page again."
        static let manyFields = "There are too many fields."
        static let badField = "A field is not written as forms are."
        static func standsTwice(_ field: String) -> String { "\(field) stands twice." }
        static func badNumber(_ field: String, _ range: ClosedRange<Int>) -> String {
            "\(field) has to be a whole number from \(range.lowerBound) to \(range.upperBound)."
        }
        static let nothingHere = "There is nothing here."
        static let serverStops = "The server is stopping."
        static let storeUnusable = "The store cannot be used now; run `daybook doctor`."
        static let wentWrong = "Something went wrong here; run `daybook doctor`."
        static func ownQueue(_ queue: String) -> String {
            switch queue {
            case LogCheck.queue: "The queue \(queue) is for checks; POST /api/v1/log/verify makes one."
            case Operation.queue: "The queue \(queue) is for operations; POST /api/v1/operations makes one."
            default: "The queue \(queue) is Daybook's own."
            }
        }
        static func noParameters(_ name: String) -> String {
            "This address takes no parameters, and \(name) is one."
        }
        static func noSuchParameter(_ name: String, _ known: [String]) -> String {
            "There is no parameter \(name) here; there are \(known.joined(separator: ", "))."
        }
        static func noFields(_ name: String) -> String { "There is no field \(name) here; there are none." }
        static func noSuchField(_ name: String, _ known: [String]) -> String {
            "There is no field \(name) here; there are \(known.joined(separator: ", "))."
        }
    }
}

// What the engine puts into words is worded anew by a translation, from the same facts.
extension Texts {
    /// Why a job is not running, or what it does instead. Times in it are written as `forPeople` writes them, so that
    /// pages show them in the viewer's zone.
    static func why(_ why: JobExplanation) -> String { why.sentence }

    static func schedule(_ timetable: Timetable) -> String { timetable.sentenceInBrief }
    /// Of intervals such as `every 2 hours`.
    static func atMidnight(_ interval: String) -> String { "\(interval), at midnight UTC" }
    static func fromMidnight(_ interval: String) -> String { "\(interval), from midnight UTC on" }
    /// Why a recurring job cannot be followed, as it stands in the log.
    static func broken(_ why: String) -> String { why }

    /// What somebody may know of an event beyond its kind. What a job's user gave or got, all its keys too, is told
    /// where it `isOpen`; `recurring` is the name of the recurring job that it is about, where that is known.
    static func detail(_ event: Event, isOpen: Bool, recurring: String?) -> String {
        let detail = event.detail(isOpen: isOpen)
        guard let recurring else { return detail }
        return detail.replacing("recurring job \(event.body.definition)", with: "recurring job \(recurring)")
    }

    static func limit(_ limit: Limit) -> String { limit.words }
    static func operation(_ status: OperationStatus) -> String { status.title }
    /// Why an operation did nothing to a job, as it stands in the log.
    static func notDone(_ why: String) -> String { why }
    static func remark(_ remark: StoreRemark) -> String { remark.text }
    static func viewFailure(_ why: String) -> String { why }
    static func unreadable(_ error: any Error) -> String { "\(error)" }

    static func length(_ microseconds: UInt64) -> String { EventBody.seconds(microseconds) }
    static func bytes(_ count: Int) -> String { ByteCount.text(count) }
}
