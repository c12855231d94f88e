// Makes a log of what was found of another: every event that was found keeps its number, its bytes and its place; in
// the place of one that is missing stands a `gap`. The first event is new: a genesis with an identity of its own, since
// this is not the same log, that names the head of the old one as far as it was found.
//
// Ledgers follow from the events. One that speaks of what is missing (the end of a job whose beginning is lost) stays
// in the log and moves nothing; see `Books.apply`.

internal import DaybookLMDB
internal import DaybookModel

/// Writes the recovered log.
struct Recovery {
    let file: DamagedDataFile
    let scavenged: Scavenged
    /// Archives of the log, if there are any.
    let archives: [DamagedArchive]
    /// Creations that are missing, by what carried their jobs on.
    let carried: CarriedJobs
    let storage: any LogStorage
    let program: String
    let host: HostFacts
    let identity: [UInt8]
    let control: CopyControl
    /// The last commit that was found whole, by the event that ends it.
    let oldHead: (last: SequenceNumber, head: Hash)?
    /// Gaps reach to this one at least.
    let handedOut: SequenceNumber
    /// Hears all events, where the store says that its format is a newer one.
    let witness: FormatWitness?

    struct Result {
        var kept: UInt64 = 0
        var missing: UInt64 = 0
        var ambiguous: UInt64 = 0
        /// Of the missing ones those that were found, but cannot have followed what was found before them.
        var unfitting: UInt64 = 0
        var gaps = GapRanges()
        /// Jobs in the place of whose creation stands what carried them on.
        var recreated: [SequenceNumber] = []
        var lost = LostJobs()
        var keys = FoundKeys()
        var witness: FormatWitness?

        /// Nothing stands in the place of anything else, but for the first event.
        var isWhole: Bool { gaps.isEmpty && recreated.isEmpty && unfitting == 0 }
    }

    /// What is written at once: some commits of some events.
    private static let bytesAtOnce = 4 << 20
    private static let eventsPerCommitMax = 1_000
    private static let missingNote = "could not be read in the damaged store"
    private static let unfittingNote = "cannot have followed what could be read before it in the damaged store"

    /// One event of the new log.
    private enum Entry {
        case kept([UInt8], EventHead)
        /// The creation of a job, as the event that carried it on has it.
        case recreated(Event)
        case missing
        case unfitting
    }

    /// Commits that are still to be written.
    private struct Load {
        /// The first event in it.
        var first: SequenceNumber = 1
        var commits: [[Entry]] = []
        var open: [Entry] = []
        var byteCount = 0

        mutating func close() {
            guard !open.isEmpty else { return }
            commits.append(open)
            open = []
        }

        /// Makes an event a gap. False if it was one already, or is not in here.
        mutating func omit(_ sequence: SequenceNumber) -> Bool {
            guard sequence >= first else { return false }
            var place = Int(sequence - first)
            for index in commits.indices {
                if place < commits[index].count {
                    switch commits[index][place] {
                    case .kept, .recreated: commits[index][place] = .unfitting
                    case .missing, .unfitting: return false
                    }
                    return true
                }
                place -= commits[index].count
            }
            return false
        }
    }

    func run() throws -> Result {
        var result = Result(witness: witness)
        let writer = LogWriter(storage)
        var load = Load()
        var next: SequenceNumber = 1
        var time = Instant(microseconds: 0)
        var source = FoundEvents(EventSource(file, scavenged.pages), archives)
        // Up to where the log is taken over: what was committed, as the file says, or else all that was found.
        let end = scavenged.lastCommitted ?? scavenged.pages.map(\.last).max() ?? 0
        func add(_ entry: Entry, endsCommit: Bool) throws {
            load.open.append(entry)
            if endsCommit || load.open.count >= Recovery.eventsPerCommitMax { load.close() }
            guard load.byteCount >= Recovery.bytesAtOnce else { return }
            load.close()
            try write(&load, writer, &time, &result)
        }
        func addMissing(through last: SequenceNumber) throws {
            guard next <= last else { return }
            while next <= last {
                let created = carried.creation(of: next)
                load.byteCount += created?.byteCount ?? 64
                next += 1
                if let event = created?.event {
                    result.recreated.append(next - 1)
                    try add(.recreated(event), endsCommit: false)
                } else {
                    result.gaps.add(next - 1...next - 1)
                    result.missing += next == 2 ? 0 : 1
                    try add(.missing, endsCommit: false)
                }
                if next % 16_384 == 0 { try control.requireGoingOn() }
            }
            load.close()
        }
        while let (sequence, value) = source.next() {
            guard let head = Recovery.head(of: value, at: sequence) else { continue }
            if sequence > next { try addMissing(through: sequence - 1) }
            load.byteCount += value.count
            try value.withUnsafeBytes { value in
                result.keys.note(value, head)
                try result.witness?.hear(value, head, at: sequence)
            }
            result.kept += sequence == 1 ? 0 : 1
            next = sequence + 1
            try add(.kept(value, head), endsCommit: head.isCommitEnd)
            if sequence % 16_384 == 0 {
                control.progress(CopyProgress(phase: .recovering, position: sequence, total: max(end, sequence)))
                try control.requireGoingOn()
            }
        }
        try addMissing(through: max(end, handedOut, 1))
        load.close()
        try write(&load, writer, &time, &result)
        result.ambiguous = source.ambiguous
        return result
    }

    /// The event can be read, and is not one of another place.
    static func head(of value: [UInt8], at sequence: SequenceNumber) -> EventHead? {
        value.withUnsafeBytes { value in
            guard let head = try? EventHead(value, at: sequence), (try? FieldCheck.check(value, head)) != nil,
                (try? Event(value, head)) != nil,
                (head.kind == EventKind.genesis.rawValue) == (sequence == 1)
            else { return nil }
            return head
        }
    }

    // MARK: Writing

    /// An event that is impossible although nothing was missing before it becomes a gap itself; from then on the
    /// ledgers let pass what they cannot understand.
    private func write(
        _ load: inout Load, _ writer: LogWriter, _ time: inout Instant, _ result: inout Result
    ) throws {
        guard !load.commits.isEmpty else { return }
        while true {
            do {
                time = try write(load.commits, writer, time, &result)
                break
            } catch LedgerError.impossibleEvent(let sequence, _, _) where load.omit(sequence) {
                if result.recreated.last ?? 0 >= sequence, let place = result.recreated.firstIndex(of: sequence) {
                    result.recreated.remove(at: place)
                } else {
                    result.kept -= 1
                }
                result.missing += 1
                result.unfitting += 1
            }
        }
        let written = load.commits.reduce(0) { $0 + UInt64($1.count) }
        load = Load(first: load.first + written, open: load.open)
    }

    private func write(
        _ commits: [[Entry]], _ writer: LogWriter, _ start: Instant, _ result: inout Result
    ) throws -> Instant {
        // The body may run more than once, so the clock of the gaps begins at the same instant each time.
        var latest = start
        try writer.carryOver(
            commits: commits.count,
            record: { index, turn in
                if index == 0 { latest = start }
                for entry in commits[index] { try record(entry, &turn, &latest, &result) }
            }, check: { _, _ in })
        return latest
    }

    private func record(
        _ entry: Entry, _ turn: inout Turn, _ time: inout Instant, _ result: inout Result
    ) throws {
        guard turn.last > 0 else {
            // What is missing right behind it was no earlier.
            if case .kept(_, let head) = entry { time = head.time }
            let now = host.now()
            let genesis = Genesis(
                identity: identity, format: UInt64(MetaRows.currentFormat), program: program, host: host.host,
                user: host.user, previousHead: oldHead?.head.withBytes { Array($0) } ?? [])
            try turn.record(Event(time: now, body: .genesis(Box(genesis))))
            return
        }
        switch entry {
        case .recreated(var event):
            // When it was is lost.
            event.time = time
            try turn.record(event)
        case .missing: try turn.record(Event(time: time, body: .gap(Gap(note: Recovery.missingNote))))
        case .unfitting: try turn.record(Event(time: time, body: .gap(Gap(note: Recovery.unfittingNote))))
        case .kept(let value, let head):
            time = head.time
            try value.withUnsafeBytes { value in
                try turn.record(
                    encoded: UnsafeRawBufferPointer(
                        rebasing: value[EventHead.Offset.version..<head.payload.upperBound]),
                    payloadCount: head.payload.count)
            }
            try noteLoss(head, &turn, &result)
        }
    }

    /// Keeps account of jobs whose creation is missing.
    private func noteLoss(_ head: EventHead, _ turn: inout Turn, _ result: inout Result) throws {
        guard head.job != 0, !result.gaps.isEmpty else { return }
        if head.kind == EventKind.purged.rawValue { return result.lost.forget(head.job) }
        guard try turn.job(head.job) == nil, result.gaps.contains(head.job) else { return }
        result.lost.note(head.job)
    }
}
