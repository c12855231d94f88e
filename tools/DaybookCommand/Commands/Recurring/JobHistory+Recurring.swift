import DaybookLog
import DaybookModel

extension JobHistory {
    /// Which recurring job made it and when that was planned, in a sentence; nil if none did.
    func maker(in store: CommandStore) throws -> String? {
        try store.read { try events.first?.event.maker(in: $0) }
    }
}

extension Event {
    /// Of a job's first event: which recurring job made it and when that was planned; nil if none did.
    func maker(in log: any LogSnapshot) throws -> String? {
        guard actor.recurring != 0 else { return nil }
        let created: Box<Created>
        switch body {
        case .created(let box), .carried(let box): created = box
        default: return nil
        }
        let id = try RecurringBook.record(actor.recurring, in: log)?.id ?? "\(actor.recurring)"
        guard let planned = created.value.planned else { return "The recurring job \(id) made it." }
        return "The recurring job \(id) made it, planned for \(planned.forPeople)."
    }
}
