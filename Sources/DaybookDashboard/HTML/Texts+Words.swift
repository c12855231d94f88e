internal import DaybookModel

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

    static func age(microseconds: Int64) -> String {
        let span = span(microseconds: abs(microseconds))
        if abs(microseconds) < 1_000_000 { return "now" }
        return microseconds > 0 ? "\(span) ago" : "in \(span)"
    }

    static func span(microseconds: Int64) -> String {
        let seconds = microseconds / 1_000_000
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3_600: return "\(seconds / 60) min"
        case ..<86_400:
            let minutes = seconds % 3_600 / 60
            return minutes == 0 ? "\(seconds / 3_600) h" : "\(seconds / 3_600) h \(minutes) min"
        default:
            let days = seconds / 86_400
            return days == 1 ? "1 day" : "\(days) days"
        }
    }

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
