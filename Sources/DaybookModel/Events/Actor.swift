/// Who did it. Every event names at least one; several may stand side by side, as when a person acts through a process.
public struct Actor: Hashable, Sendable {
    /// The process, by its `processStarted` event; 0 for none.
    public var process: SequenceNumber
    /// The worker within that process, from 1; 0 for none.
    public var worker: UInt32
    /// The recurring definition that acted, by the event that set it; 0 for none.
    public var recurring: SequenceNumber
    /// What few actors have; nil if neither of its parts is there. Every event has an actor and is copied several times
    /// on its way into the log, so it is to be small.
    private var names: Box<Names>?

    private struct Names: Hashable, Sendable {
        var person: String?
        var client: String?
    }

    /// The signed-in person, or whoever ran the command.
    public var person: String? {
        get { names?.value.person }
        set { setNames(Names(person: newValue, client: client)) }
    }

    /// Who stood behind a person that acted from outside any registered process, as the operating system knows it:
    /// `user@host program`. A name can be claimed; this is what the program saw.
    public var client: String? {
        get { names?.value.client }
        set { setNames(Names(person: person, client: newValue)) }
    }

    private mutating func setNames(_ new: Names) {
        names = new.person == nil && new.client == nil ? nil : Box(new)
    }

    /// Somebody or several: what is not given took no part.
    public init(
        process: SequenceNumber = 0, worker: UInt32 = 0, recurring: SequenceNumber = 0, person: String? = nil,
        client: String? = nil
    ) {
        self.process = process
        self.worker = worker
        self.recurring = recurring
        setNames(Names(person: person, client: client))
    }

    /// The engine on nobody's behalf: the first event of a store, before there is any process.
    public static let system = Actor()

    /// A person, under the name they go by.
    public static func person(_ name: String, client: String? = nil) -> Actor {
        Actor(person: name, client: client)
    }

    /// A process, or one of its workers.
    public static func process(_ process: SequenceNumber, worker: UInt32 = 0) -> Actor {
        Actor(process: process, worker: worker)
    }
}

extension Actor: CustomStringConvertible {
    /// The actor as exports and lists show it.
    public var description: String {
        if let person { return "person:\(person)" }
        if recurring != 0 { return "recurring:\(recurring)" }
        if worker != 0 { return "worker:\(process).\(worker)" }
        if process != 0 { return "process:\(process)" }
        return "system"
    }
}
