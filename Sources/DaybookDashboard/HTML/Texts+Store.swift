internal import DaybookLog
internal import DaybookModel

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
    static let nobodyWorks = "Jobs are ready, and no process has the store open to run them."
    static let dueAndLate = "Jobs are due, and nobody makes them ready."

    static func keyed(_ name: String, _ count: Int) -> String { "\(name) \(number(count))" }
    static func deadProcesses(_ count: Int) -> String {
        count == 1 ? "A process died with the store open." : "\(count) processes died with the store open."
    }
    static func queueIsPaused(_ queue: String, _ waiting: UInt64) -> String {
        switch waiting {
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
    static func limitUse(_ limit: String?, _ held: UInt64, _ waiting: UInt64) -> String {
        "\(limit ?? "No limit"): \(number(held)) run, \(number(waiting)) wait."
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
    static func remark(_ kind: StoreRemark.Kind) -> String {
        switch kind {
        case .fine: "Fine"
        case .note: "Note"
        case .problem: "Problem"
        }
    }
}
