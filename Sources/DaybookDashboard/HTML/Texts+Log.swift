internal import DaybookModel

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
