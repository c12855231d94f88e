/// Limits as one turn knows them. Most stores have none, and are asked once.
package struct LimitBook {
    /// For which sorts of scope there are rules; nil if that is not known.
    private var sorts: (queues: Bool, names: Bool, keys: Bool)?
    /// The rows that are worked with.
    var desk = LimitDesk()
    /// The event whose own number was last given as a place, and the queues and priorities in which somebody has it.
    private var lastPlace: (event: SequenceNumber, lanes: Set<UInt64>) = (0, [])

    package init() {}

    mutating func forget() {
        forgetRules()
        desk.forget()
    }

    /// One of the rules has changed.
    mutating func forgetRules() {
        sorts = nil
        lastPlace = (0, [])
        desk.forgetRules()
    }

    /// Whether there are any.
    package mutating func exist(in ledgers: any Ledgers) throws -> Bool {
        let known = try known(in: ledgers)
        return known.queues || known.names || known.keys
    }

    /// Takes the place at the end of a queue and priority, which is the number of the event that is applied. False if
    /// somebody has it: one event makes one such place in each.
    @discardableResult
    mutating func takeLastPlace(of lane: UInt64, at event: SequenceNumber) -> Bool {
        if lastPlace.event != event {
            lastPlace.event = event
            lastPlace.lanes.removeAll(keepingCapacity: true)
        }
        return lastPlace.lanes.insert(lane).inserted
    }

    mutating func areAboutQueues(in ledgers: any Ledgers) throws -> Bool { try known(in: ledgers).queues }
    mutating func areAboutNames(in ledgers: any Ledgers) throws -> Bool { try known(in: ledgers).names }

    /// Whether some limit may make a job wait of which its queue knows nothing.
    package mutating func makeJobsWait(in ledgers: any Ledgers) throws -> Bool {
        let known = try known(in: ledgers)
        return known.names || known.keys
    }

    /// The limit that holds for a scope: its own, or its group's.
    package mutating func rule(_ scope: String, in ledgers: any Ledgers) throws -> Limit? {
        try desk.rule(desk.number(of: scope), in: ledgers)
    }

    private mutating func known(in ledgers: any Ledgers) throws -> (queues: Bool, names: Bool, keys: Bool) {
        if let sorts { return sorts }
        var found = (queues: false, names: false, keys: false)
        if try LimitRows.hasRule(from: "", in: ledgers) {
            found.queues = try LimitRows.hasRule(from: "queue:", in: ledgers)
            found.names = try LimitRows.hasRule(from: "name:", in: ledgers)
            found.keys = try LimitRows.hasRule(from: "key:", in: ledgers)
        }
        sorts = found
        return found
    }
}
