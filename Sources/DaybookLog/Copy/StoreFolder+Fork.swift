// A fork is a store of its own that begins with another's past: the same events up to a point, under a first event that
// says so. Its identity is its own and its chain another from the first commit on, so nothing of it, neither a cursor
// nor a checkpoint nor a proof, passes for the original's. What steps came to stands in the events and is not done
// again, nor are those that the original has done since; keys hold as they held; what was running is given back, since
// none of those processes has this folder open.

internal import DaybookLMDB
package import DaybookModel

/// A store that was made of another's past.
package struct ForkSummary: Equatable, Sendable {
    package let copy: CopySummary
    /// The store that it was forked from.
    package let origin: [UInt8]
    /// The last event that was taken over, and the original's head there.
    package let last: SequenceNumber
    package let head: Hash
    /// Jobs that were running then.
    package let interrupted: UInt64
    /// Steps that the original has done since; those under a key could not be taken over.
    package let laterSteps: UInt64
    package let closedSteps: UInt64
}

extension StoreFolder {
    /// Makes a store at `path`, where there must be none, of the one in `source` as of a point of its log. Others go on
    /// working on that one, and nothing is written to it. A point within a commit means the one before it.
    package static func fork(
        at path: String, from source: String, asOf point: ReplayPoint, program: String, options: Options = Options(),
        _ control: CopyControl = CopyControl()
    ) throws(LogError) -> ForkSummary {
        let original = try StoreFolder.open(source, .readOnly, program: program, options: options)
        defer { original.close() }
        return try original.fork(to: path, asOf: point, program: program, options: options, control)
    }

    /// As ``fork(at:from:asOf:program:options:_:)``, of a store that is open.
    package func fork(
        to path: String, asOf point: ReplayPoint, program: String, options: Options = Options(),
        _ control: CopyControl = CopyControl()
    ) throws(LogError) -> ForkSummary {
        try OutsideFolder.require(path, of: self.path, why: "is lost with that")
        if let problem = storage.ledgersProblem { throw problem }
        return try StoreBuilding.make(
            at: path, program: program, options: options, action: "fork", durability: .scratch
        ) { environment, host in
            let cut = try Cut(self.storage, at: point)
            let identity = try host.randomBytes(16)
            let storage = try LMDBStorage(environment)
            let genesis = Genesis(
                identity: identity, format: UInt64(MetaRows.currentFormat), program: program, host: host.host,
                user: host.user, previousHead: cut.head.withBytes { Array($0) },
                origin: self.identity.withUnsafeBytes { Hexadecimal.text($0) }, last: cut.last)
            let fork = Fork(source: self.storage, target: storage, genesis: genesis, cut: cut, control: control)
            try fork.run(at: host.now())
            try storage.write { try MetaRows(identity: identity).write(to: $0) }
            let interrupted = try Homecoming(reason: "forked: its process is not there").run(
                storage, LogWriter(storage), now: host.now, control)
            let later = try LaterSteps(source: self.storage, cut: cut.last, control: control)
                .run(LogWriter(storage), now: host.now)
            let report = try CopyCheck(control: control, pace: CopyPace(nil)).verify(storage)
            let summary = CopySummary(report, identity: identity, byteCount: try environment.usedBytes())
            return (
                ForkSummary(
                    copy: summary, origin: self.identity, last: cut.last, head: cut.head, interrupted: interrupted,
                    laterSteps: later.taken, closedSteps: later.closed),
                identity
            )
        }
    }
}

/// Where a log is cut: at the end of a commit.
private struct Cut {
    let last: SequenceNumber
    let head: Hash

    init(_ storage: any LogStorage, at point: ReplayPoint) throws {
        let found = try storage.read { log in
            switch point {
            case .end: return try Cut.last(log, through: try log.last)
            case .sequence(let sequence):
                let last = try log.last
                guard sequence <= last else {
                    throw LogError(
                        .badInput, "The log ends with event \(last); there is no event \(sequence) to fork at.")
                }
                return try Cut.last(log, through: sequence)
            case .instant(let instant): return try Cut.last(log, through: Cut.lastEvent(log, asOf: instant))
            }
        }
        guard let found else {
            throw LogError(.badInput, "There is no commit at or before that point of the log; name a later one.")
        }
        self = found
    }

    private init(last: SequenceNumber, head: Hash) {
        self.last = last
        self.head = head
    }

    private static func last(_ log: any LogSnapshot, through sequence: SequenceNumber) throws -> Cut? {
        var found: Cut?
        try log.eventsBackward(from: sequence) { number, value in
            guard let seal = Seal(of: value) else { return true }
            found = Cut(last: number, head: seal.head)
            return false
        }
        return found
    }

    /// The event before the first that is later.
    private static func lastEvent(_ log: any LogSnapshot, asOf instant: Instant) throws -> SequenceNumber {
        var last: SequenceNumber = 0
        try log.events(from: 1) { sequence, value in
            guard try EventHead(value, at: sequence).time <= instant else { return false }
            last = sequence
            return true
        }
        return last
    }
}

/// Takes events over, commit by commit.
private struct Fork {
    let source: any LogStorage
    let target: any LogStorage
    let genesis: Genesis
    let cut: Cut
    let control: CopyControl

    private static let bytesAtOnce = 4 << 20

    private struct Entry {
        let value: [UInt8]
        let head: EventHead
    }

    func run(at now: Instant) throws {
        let writer = LogWriter(target)
        var next: SequenceNumber = 1
        while next <= cut.last {
            try control.requireGoingOn()
            control.progress(CopyProgress(phase: .forking, position: next, total: cut.last))
            let commits = try read(from: next)
            guard let last = commits.last?.count, last > 0 else {
                throw LogError(.damaged, "Event \(next) is missing; run `daybook log verify`.", at: next)
            }
            try writer.carryOver(
                commits: commits.count,
                record: { index, turn in for entry in commits[index] { try record(entry, &turn, at: now) } },
                check: { _, _ in })
            if let strange = writer.stranger { throw strange.refusal }
            next += commits.reduce(0) { $0 + UInt64($1.count) }
        }
    }

    /// Some whole commits, in one short snapshot.
    private func read(from first: SequenceNumber) throws -> [[Entry]] {
        var commits: [[Entry]] = [[]]
        var byteCount = 0
        var next = first
        try source.read { log in
            try log.events(from: first) { sequence, value in
                guard sequence == next, EventChecksum.matches(value, at: sequence) else {
                    throw LogError(
                        .damaged, "Event \(next) is damaged or missing; run `daybook log verify`.", at: next)
                }
                next += 1
                let head = try EventHead(value, at: sequence)
                commits[commits.count - 1].append(Entry(value: Array(value), head: head))
                byteCount += value.count
                guard head.isCommitEnd else { return true }
                guard sequence < cut.last, byteCount < Fork.bytesAtOnce else { return false }
                commits.append([])
                return true
            }
        }
        return commits
    }

    private func record(_ entry: Entry, _ turn: inout Turn, at now: Instant) throws {
        guard turn.last > 0 else {
            try turn.record(Event(time: entry.head.time, body: .genesis(Box(genesis))))
            return
        }
        try entry.value.withUnsafeBytes { value in
            try turn.record(
                encoded: UnsafeRawBufferPointer(
                    rebasing: value[EventHead.Offset.version..<entry.head.payload.upperBound]),
                payloadCount: entry.head.payload.count)
        }
    }
}
