internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// The jobs that run at a batch's end. Ledgers know those that wait; those that have been told of the end stand in the
/// log close behind it.
enum BatchCallbacks {
    static let shownMax = 20
    private static let eventsMax = 1_000

    static func of(_ id: SequenceNumber, _ batch: BatchRecord, in log: any LogSnapshot) throws -> [SequenceNumber] {
        let waiting = try Continuation.children(of: id, limit: shownMax, in: log)
        guard batch.standing.isEnded else { return waiting }
        return Array(Set(waiting).union(try told(id, since: batch.last, in: log)).sorted().prefix(shownMax))
    }

    private static func told(
        _ id: SequenceNumber, since end: SequenceNumber, in log: any LogSnapshot
    ) throws -> [SequenceNumber] {
        var found: [SequenceNumber] = []
        var looked = 0
        try log.events(from: end) { sequence, value in
            looked += 1
            let event = try Event(value, at: sequence, withPayload: false)
            switch event.body {
            case .parentEnded(id, _): found.append(event.job)
            // All have been told.
            case .continued(nil, 0) where event.job == id: return false
            default: break
            }
            return looked < eventsMax && found.count < shownMax
        }
        return found
    }
}
