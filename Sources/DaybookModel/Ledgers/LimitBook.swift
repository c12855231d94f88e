/// Limits as one turn knows them. Most stores have none, and are asked once.
package struct LimitBook {
    /// For which sorts of scope there are rules; nil if that is not known.
    private var sorts: (queues: Bool, names: Bool, keys: Bool)?
    /// The rows that are worked with.
    var desk = LimitDesk()
    /// The event that last gave a job that came forward its own number as its place.
    var lastPlace: SequenceNumber = 0

    package init() {}

    mutating func forget() {
        forgetRules()
        desk.forget()
    }

    /// One of the rules has changed.
    mutating func forgetRules() {
        sorts = nil
        lastPlace = 0
        desk.forgetRules()
    }

    /// Whether there are any.
    package mutating func exist(in ledgers: any Ledgers) throws -> Bool {
        let known = try known(in: ledgers)
        return known.queues || known.names || known.keys
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

/// How a scope stands: who runs, how many wait, and who stands in the ready index for it.
package struct LimitState: Equatable, Sendable {
    package struct Candidate: Equatable, Sendable {
        let lane: UInt64
        let job: SequenceNumber
    }

    /// Jobs that have a slot.
    package var held: UInt32 = 0
    package var waiting: UInt64 = 0
    /// One for each queue and priority at most: who is let through takes a turn among all that is ready.
    var candidates: [Candidate] = []

    var isEmpty: Bool { held == 0 && waiting == 0 && candidates.isEmpty }

    func hasCandidate(_ lane: UInt64) -> Bool { candidates.contains { $0.lane == lane } }

    /// Whether one more may run at once, beside `more` that are about to.
    func hasSlot(_ limit: Limit?, beside more: UInt32 = 0) -> Bool {
        guard let concurrency = limit?.concurrency else { return true }
        return Int(held) + Int(more) < concurrency
    }

    package func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        func add<T: FixedWidthInteger>(_ value: T) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        add(held)
        add(waiting)
        for candidate in candidates {
            add(candidate.lane)
            add(candidate.job)
        }
        return bytes
    }

    init() {}

    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 12, (bytes.count - 12) % 16 == 0 else { return nil }
        func load<T: FixedWidthInteger>(_ offset: Int, as type: T.Type = T.self) -> T {
            T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
        }
        held = load(0)
        waiting = load(4)
        for offset in stride(from: 12, to: bytes.count, by: 16) {
            candidates.append(Candidate(lane: load(offset), job: load(offset + 8)))
        }
    }

    /// The candidates as the dump shows them.
    package var candidateText: String { candidates.map { "\($0.lane):\($0.job)" }.joined(separator: " ") }
}

/// What limits a job may come under, and where it stands among them.
package struct JobLimits: Equatable, Sendable {
    /// In which of the scopes it has a slot, a bit each. The last bit is none of theirs: see `isFirstInLane`.
    package var holds: UInt16 = 0
    /// In which it waits, and for which it stands in the ready index.
    package var waiting: Int?
    package var candidate: Int?
    package var scopes: [String]

    init(scopes: [String]) {
        self.scopes = scopes
    }

    /// Its slots are those of lanes that keep order, where it is the next and has not begun, because it waits for
    /// another limit.
    var isFirstInLane: Bool {
        get { holds & 1 << 15 != 0 }
        set { holds = newValue ? holds | 1 << 15 : holds & ~(1 << 15) }
    }

    func holds(_ index: Int) -> Bool { holds & 1 << UInt16(index) != 0 }

    package func encoded() -> [UInt8] {
        var bytes = withUnsafeBytes(of: holds.littleEndian) { Array($0) }
        bytes.append(UInt8(waiting.map { $0 + 1 } ?? 0))
        bytes.append(UInt8(candidate.map { $0 + 1 } ?? 0))
        for (index, scope) in scopes.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "\n")) }
            bytes.append(contentsOf: scope.utf8)
        }
        return bytes
    }

    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 4 else { return nil }
        holds = UInt16(littleEndian: bytes.loadUnaligned(as: UInt16.self))
        waiting = bytes[2] == 0 ? nil : Int(bytes[2]) - 1
        candidate = bytes[3] == 0 ? nil : Int(bytes[3]) - 1
        scopes = bytes[4...].split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        guard [waiting, candidate].allSatisfy({ $0.map { $0 < scopes.count } ?? true }), scopes.count <= 16 else {
            return nil
        }
    }
}
