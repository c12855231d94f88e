internal import DaybookModel

/// Who did what, when and why: an event, and beside the actor that it names what the operating system said of whoever
/// acted. Nobody's payload is in it.
public struct AuditEntry: Sendable {
    /// What happened, when, by whom, because of what.
    public let event: LoggedEvent
    /// What the job it is about is called.
    public let jobName: String?
    /// The queue it is about, or its job's.
    public let queue: String?
    /// Its job's tenant.
    public let tenant: String?
    /// Nil where the engine acted on nobody's behalf.
    public let witness: Witness?
}

/// What a program saw of itself as it wrote to the log: it stands beside the actor, whose name can be claimed.
public struct Witness: Hashable, Sendable {
    /// The operating system's name for who ran it.
    public let user: String
    /// The machine.
    public let host: String
    /// The program and its version.
    public let program: String
    /// The number of the process, where it was entered in the log.
    public let processID: UInt64?
}

extension Witness {
    init(_ process: ProcessStarted) {
        self.init(user: process.user, host: process.host, program: process.program, processID: process.processID)
    }

    init(_ genesis: Genesis) {
        self.init(user: genesis.user, host: genesis.host, program: genesis.program, processID: nil)
    }

    /// Of `user@host program`; a text of another form is all program.
    init(client: String) {
        let words = client.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard let at = words[0].lastIndex(of: "@") else {
            self.init(user: "", host: "", program: client, processID: nil)
            return
        }
        self.init(
            user: String(words[0][..<at]), host: String(words[0][words[0].index(after: at)...]),
            program: words.count > 1 ? String(words[1]) : "", processID: nil)
    }
}
