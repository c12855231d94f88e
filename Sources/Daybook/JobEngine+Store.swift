package import DaybookLog
package import DaybookModel

/// What the store looks like, and who else has it open.
extension JobEngine {
    /// Nil for a store that is not in a folder.
    package func storeFacts() throws -> StoreFacts? {
        var facts = try folder?.facts()
        facts?.refusesNewWork = !TurnRoom.takesNewWork(writer.currentPools, environment.reserve)
        return facts
    }

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
                var running: [SequenceNumber] = []
                try log.forEachRunning(in: process) { running.append($1) }
                found.append(
                    StoreProcess(
                        event: process, processID: host.processID, program: started.value.program,
                        started: own?.time ?? .epoch, state: try state(process, true), running: running,
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

    package var lastEvent: SequenceNumber { get throws { try read { try $0.last } } }

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
