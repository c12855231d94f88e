// Everything that an engine asks of the world around it, as one value: time, chance, where the log is kept, who else is
// there, and what drives its writer. With another value here the same engine runs in a simulation, on one thread and in
// virtual time, and every run can be repeated from its seed.

package import DaybookLog
package import DaybookModel

package struct EngineEnvironment: Sendable {
    /// Where the log and the ledgers are kept.
    package var storage: any LogStorage
    /// Room on the disk for what is to be written; nil where that is no question.
    package var reserve: DiskReserve?
    /// Where commits are announced, and what the writer sleeps on.
    package var bell: any CommitBell
    /// What the others see of this process.
    package var signs: any ProcessSigns
    /// The other processes that have the store open or died with it open.
    package var neighbours: @Sendable () throws -> [Neighbour]
    /// Who tells at once that a neighbour has ended; it is given what to call then.
    package var exits: @Sendable (_ onEnd: @escaping @Sendable () -> Void) -> any ExitSignals
    /// Where the process is, and where its random numbers come from.
    package var host: HostFacts
    package var clock: EngineClock
    /// How long the writer sleeps at most before it looks around.
    package var idleNanosecondsMax: UInt64 = 500_000_000
    /// Drives the writer instead of a thread.
    package var driver: (any EngineDriver)?
    /// Whether a process that the log knows is not there any more, if it left no sign; nil where all leave one.
    package var isGone: (@Sendable (ProcessStarted) -> Bool)?
    /// Stands between commands and the writer. A check of the checks makes its mistakes here.
    package var rewrite: (@Sendable (Command) -> Command)?

    package init(
        storage: any LogStorage, reserve: DiskReserve? = nil, bell: any CommitBell, signs: any ProcessSigns,
        neighbours: @escaping @Sendable () throws -> [Neighbour],
        exits: @escaping @Sendable (_ onEnd: @escaping @Sendable () -> Void) -> any ExitSignals,
        host: HostFacts, clock: EngineClock, driver: (any EngineDriver)? = nil
    ) {
        self.storage = storage
        self.reserve = reserve
        self.bell = bell
        self.signs = signs
        self.neighbours = neighbours
        self.exits = exits
        self.host = host
        self.clock = clock
        self.driver = driver
    }
}

extension EngineEnvironment {
    /// That of a process which has opened a folder.
    init(_ folder: StoreFolder, _ host: HostFacts, _ clock: EngineClock) throws(LogError) {
        guard let wake = folder.wake, let presence = folder.presence else {
            throw LogError(.unusable, "\(folder.path) is on a read-only file system; an engine has to write.")
        }
        self.init(
            storage: folder.opened, reserve: folder.reserve, bell: wake, signs: presence,
            neighbours: { [folder] in try folder.neighbours() }, exits: { ExitWatch($0) }, host: host, clock: clock)
        isGone = { host.isGone($0) }
    }
}

extension StoreFolder {
    fileprivate func neighbours() throws -> [Neighbour] {
        try others().compactMap { presence in
            guard let facts = presence.facts, facts.event != 0 else { return nil }
            return Neighbour(
                event: facts.event, processID: facts.processID, isAlive: presence.isAlive, boot: facts.boot,
                timeNamespace: facts.timeNamespace, report: EngineReport(presence.enginePart),
                forget: { [self] in try forget(presence) })
        }
    }
}
