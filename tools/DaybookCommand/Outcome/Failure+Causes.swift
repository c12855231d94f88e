import DaybookLog
import DaybookModel

/// What errors from below mean to whoever ran the command.
extension Failure {
    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as LogError: self.init(error)
        case let refusal as Refusal: self.init(refusal)
        case let error as LedgerError: self.init(error)
        case let error as EventDamage:
            self.init(.no, "The store is damaged: an event cannot be read (\(error)); run `daybook log verify`.")
        default: self.init(.unusable, "The store cannot be used: \(error).")
        }
    }

    init(_ error: LogError) {
        let code: ExitCode =
            switch error.code {
            case .damaged, .notFound, .refused: .no
            case .badInput: .wrongCall
            case .stopped: StopSignals.exitCode
            case .unusable, .keyRefused, .upgraded, .diskFull, .unknownOutcome, .headMoved: .unusable
            }
        self.init(code, error.description)
    }

    init(_ refusal: Refusal) {
        let code: ExitCode =
            switch refusal.code {
            case .badName, .badOption, .argumentsTooLarge: .wrongCall
            case .noSuchJob, .noSuchParent, .noSuchBatch, .noSuchProcess, .wrongState, .alreadyThere, .noSuchRecurring,
                .changedMeanwhile:
                .no
            case .diskFull, .outdated: .unusable
            }
        self.init(code, refusal.description)
    }

    init(_ error: LedgerError) {
        let what =
            switch error {
            case .unreadableRow(let table, let row): "row \(row) of the ledger \(table.name) cannot be read"
            case .missingRow(let table): "a row of the ledger \(table.name) is missing"
            case .impossibleEvent(let sequence, let kind, let why):
                "event \(sequence), \(kind.name), cannot have followed what stands before it (\(why))"
            }
        self.init(.no, "The store is damaged: \(what); run `daybook log verify`.")
    }
}
