package import DaybookModel

extension FollowedEvent {
    /// Some events of the log, each with its job's creation, so that they can be looked at when the snapshot is gone.
    /// `creations` are those that the caller still knows; what was looked up is added.
    package static func read(
        _ range: ClosedRange<SequenceNumber>, in storage: any LogStorage,
        keeping creations: inout [SequenceNumber: JobCreation]
    ) throws -> [FollowedEvent] {
        var events: [(SequenceNumber, Event)] = []
        var needed: [SequenceNumber: JobCreation] = [:]
        try storage.read { log in
            let lookup = CreationLookup(log)
            defer { lookup.end() }
            try log.events(from: range.lowerBound) { sequence, value in
                let event = try Event(value, at: sequence)
                events.append((sequence, event))
                if case .created(let created) = event.body { creations[sequence] = JobCreation(created) }
                if event.job != 0 {
                    let creation = try creations[event.job] ?? lookup.creation(of: event.job)
                    creations[event.job] = creation
                    needed[event.job] = creation
                }
                return sequence < range.upperBound
            }
        }
        let lookup = CreationLookup(known: needed)
        return events.map { FollowedEvent($1, at: $0, lookup) }
    }
}
