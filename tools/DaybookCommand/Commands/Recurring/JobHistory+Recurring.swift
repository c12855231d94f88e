import DaybookLog
import DaybookModel

extension JobHistory {
    /// Which recurring job made it and when that was planned, in a sentence; nil if none did.
    func maker(in store: CommandStore) throws -> String? {
        guard let definition = events.first?.event.actor.recurring, definition != 0 else { return nil }
        let id = try store.read { try RecurringBook.record(definition, in: $0)?.id } ?? "\(definition)"
        guard let planned = created?.planned else { return "The recurring job \(id) made it." }
        return "The recurring job \(id) made it, planned for \(planned.forPeople)."
    }
}
