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
    static let sureAboutAll = "Do this to every job that matches the filter?"
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
