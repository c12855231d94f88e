package import DaybookLog
package import DaybookModel

/// What the store looks like, and who else has it open.
extension JobEngine {
    /// Nil for a store that is not in a folder.
    package func storeFacts() throws -> StoreFacts? { try folder?.facts() }

    package var path: String? { folder?.path }
    package var identity: String { folder.map { $0.identity.withUnsafeBytes { Hexadecimal.text($0) } } ?? "" }

    /// How the views of followers stand.
    package func followerStates() throws -> [ViewState] {
        guard let folder else { return [] }
        let views = Views(of: folder, host: host)
        defer { views.close() }
        return try views.states()
    }

    /// A process that has the store open, or died with it open.
    package struct StoreProcess: Sendable {
        package let event: SequenceNumber
        package let processID: Int32
        package let program: String
        package let started: Instant
        /// `alive`, `quiet`, `stopping` or `dead`.
        package let state: String
        /// The claims that it was running when it was last heard of.
        package let running: [SequenceNumber]
        package let leaseNanoseconds: UInt64
        package let isThisOne: Bool
    }

    /// The processes that have an engine on the store, this one first.
    package func processes() throws -> [StoreProcess] {
        let others = try folder?.others() ?? []
        return try read { log in
            var books = Books()
            func state(_ event: SequenceNumber, _ isAlive: Bool) throws -> String {
                guard isAlive else { return "dead" }
                return switch try books.process(event, in: log)?.standing {
                case .quiet: "quiet"
                case .stopping: "stopping"
                default: "alive"
                }
            }
            var found: [StoreProcess] = []
            let own = try log.event(process) { try Event($0, at: process) }
            if case .processStarted(let started)? = own?.body {
                found.append(
                    StoreProcess(
                        event: process, processID: host.processID, program: started.value.program,
                        started: own?.time ?? .epoch, state: try state(process, true), running: [],
                        leaseNanoseconds: started.value.leaseMicroseconds * 1_000, isThisOne: true))
            }
            for presence in others {
                guard let facts = presence.facts, facts.event > 0, facts.event != process else { continue }
                let report = EngineReport(presence.enginePart)
                found.append(
                    StoreProcess(
                        event: facts.event, processID: facts.processID, program: facts.program,
                        started: facts.started, state: try state(facts.event, presence.isAlive),
                        running: report?.started.map(\.token) ?? [],
                        leaseNanoseconds: report?.leaseNanoseconds ?? 0, isThisOne: false))
            }
            return found
        }
    }

    /// Batches, the newest first, below a number.
    package func batches(below bound: SequenceNumber?, limit: Int) throws -> [(SequenceNumber, BatchRecord)] {
        // There are few in comparison with jobs, and their rows are small; the walk goes upwards only.
        var found: [(SequenceNumber, BatchRecord)] = []
        try read { log in
            try RowKey.number(0).withBytes { start in
                try log.scan(.batches, from: start) { key, value in
                    let id = RowKey(key).first
                    if let bound, id >= bound { return false }
                    if let batch = BatchRecord(value) { found.append((id, batch)) }
                    if found.count > 4 * limit { found.removeFirst(found.count - limit) }
                    return true
                }
            }
        }
        return found.suffix(limit).reversed()
    }

    package func batchRecord(_ id: SequenceNumber) throws -> BatchRecord? {
        try read { try BatchRecord.of(id, in: $0) }
    }

    /// Events from `first` on, at most so many.
    package func loggedEvents(from first: SequenceNumber, limit: Int) throws -> [(SequenceNumber, Event)] {
        try read { log in
            var events: [(SequenceNumber, Event)] = []
            try log.events(from: first) { sequence, value in
                events.append((sequence, try Event(value, at: sequence)))
                return events.count < limit
            }
            return events
        }
    }

    package var lastEvent: SequenceNumber { get throws { try read { try $0.last } } }

    /// What happened to a job, the newest last, of a long life only the newest.
    package func history(of job: SequenceNumber, limit: Int) throws -> [(SequenceNumber, Event)] {
        try read { log in
            var events: [(SequenceNumber, Event)] = []
            var next = try Books.storedJob(job, in: log)?.last ?? 0
            while next > 0, events.count < limit, let event = try log.event(next, { try Event($0, at: next) }) {
                events.append((next, event))
                next = event.previous
            }
            return events.reversed()
        }
    }

    /// With what a job was created; nil if it left the ledgers.
    package func creation(of job: SequenceNumber) throws -> Box<Created>? {
        try read { log in
            try Books.storedJob(job, in: log) == nil ? nil : log.creation(of: job)
        }
    }

    /// Waits until anything is committed; false if the engine is closing.
    package func waitForCommit(after last: SequenceNumber) async throws -> Bool {
        let ticket = try watch.ticketForAnything()
        guard try lastEvent == last else {
            ticket.fire(true)
            return true
        }
        return try await ticket.wait()
    }
}
