package import DaybookLog
package import DaybookModel

/// Another process of the store, as it shows itself.
package struct Neighbour: Sendable {
    /// Its `processStarted` event.
    package let event: SequenceNumber
    package let processID: Int32
    /// Whether the kernel still holds its lock.
    package let isAlive: Bool
    package let boot: [UInt8]
    package let timeNamespace: UInt64
    /// What it has written down of itself; nil if that cannot be read.
    package let report: EngineReport?
    /// Takes it off the list, once its death has been dealt with.
    package let forget: @Sendable () throws -> Void

    package init(
        event: SequenceNumber, processID: Int32, isAlive: Bool, boot: [UInt8], timeNamespace: UInt64,
        report: EngineReport?, forget: @escaping @Sendable () throws -> Void
    ) {
        self.event = event
        self.processID = processID
        self.isAlive = isAlive
        self.boot = boot
        self.timeNamespace = timeNamespace
        self.report = report
        self.forget = forget
    }
}

/// What a process shows the others while it lives, and what is left of it when it is dead.
package protocol ProcessSigns: AnyObject, Sendable {
    /// Says by which event the log knows this process.
    func register(event: SequenceNumber)
    /// Says that it lives.
    func renew(atNanoseconds now: UInt64)
    /// Without a sign of life for so long, others take its jobs.
    func setLease(nanoseconds: UInt64)
    /// Says which claim is being run in a place; 0 for none.
    func setStarted(_ token: SequenceNumber, place: Int)
    /// Says which processes work for the claim in a place.
    func setGroup(_ group: Int32, leaderStart: UInt32, place: Int)
    /// Says whether jobs run which found no place.
    func setOverfull(_ isOverfull: Bool)
    /// Says that it takes on no more work, because of an event of a newer release.
    func setStranger(_ event: SequenceNumber)
    /// This process could not say goodbye in the log: others are to take it for dead when it is gone.
    func leaveToOthers()
}

extension ProcessPresence: ProcessSigns {}

/// Where commits are announced.
package protocol CommitBell: AnyObject, Sendable {
    /// A number that changes with every commit of any process.
    var commits: UInt32 { get }
    func announceCommit()
    /// Tells this process's writer that something has been left for it.
    func callWriter()
    /// Waits until `commits` is no longer `seen`, at most so long, and says what it is then.
    func waitForCommit(after seen: UInt32, timeoutNanoseconds: UInt64) -> UInt32
    /// The same for the writer, who may be called as well.
    func waitAsWriter(after seen: UInt32, timeoutNanoseconds: UInt64) -> UInt32
}

extension WakePage: CommitBell {}

/// Says when a neighbour ends.
package protocol ExitSignals: Sendable {
    /// Whether somebody has ended since this was asked last.
    func takeEnd() -> Bool
    /// From now on these processes are watched and no others. Answers whether there are new ones among them.
    func watch(_ processes: Set<Int32>) -> Bool
    func stop()
}

extension ExitWatch: ExitSignals {}
