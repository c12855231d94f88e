/// What may go wrong in a simulation.
public struct SimulationFaults: OptionSet, Sendable {
    /// One bit for each.
    public let rawValue: UInt8

    /// Those whose bits are set.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// A process is killed: at any moment, just before one of its commits, or just after it and before anybody hears of
    /// it.
    public static let crash = SimulationFaults(rawValue: 1)
    /// The machine loses its power, and with it all processes at once.
    public static let power = SimulationFaults(rawValue: 2)
    /// A process is stopped for a while, mostly for longer than its lease, and goes on.
    public static let stop = SimulationFaults(rawValue: 4)
    /// Somebody sets the wall clock, forward or back, by a second up to a day.
    public static let clock = SimulationFaults(rawValue: 8)
    /// A commit fails: for want of space, or so that nobody can say whether it is there.
    public static let storage = SimulationFaults(rawValue: 16)

    /// Everything.
    public static let all: SimulationFaults = [.crash, .power, .stop, .clock, .storage]

    /// The names by which people call them.
    package static let names: [(String, SimulationFaults)] = [
        ("crash", .crash), ("power", .power), ("stop", .stop), ("clock", .clock), ("storage", .storage),
    ]

    /// Reads `crash,clock`, `all` or `none`; nil if a name is unknown.
    package init?(names list: String) {
        self = []
        for name in list.split(separator: ",", omittingEmptySubsequences: false) {
            switch name {
            case "all": insert(.all)
            case "none": break
            default:
                guard let found = SimulationFaults.names.first(where: { $0.0 == name }) else { return nil }
                insert(found.1)
            }
        }
    }
}
