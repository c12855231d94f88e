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
    let archives: ArchivedEvents
    let storage: any LogStorage
    let program: String
    let host: HostFacts
    let identity: [UInt8]
    let control: CopyControl
    /// The last commit that was found whole, by the event that ends it.
    let oldHead: (last: SequenceNumber, head: Hash)?
    /// Gaps reach to this one at least.
    let handedOut: SequenceNumber

    struct Result {
        var kept: UInt64 = 0
        var missing: UInt64 = 0
        var ambiguous: UInt64 = 0
    }

    /// What is written at once: some commits of some events.
    private static let bytesAtOnce = 4 << 20
    private static let eventsPerCommitMax = 1_000
    private static let missingNote = "could not be read in the damaged store"

    /// One event of the new log.
    private enum Entry {
        case kept([UInt8], EventHead)
        case missing
    }

    /// Commits that are still to be written.
    private struct Load {
        var commits: [[Entry]] = []
        var open: [Entry] = []
        var byteCount = 0

        mutating func close() {
            guard !open.isEmpty else { return }
            commits.append(open)
            open = []
        }
    }

    func run() throws -> Result {
        var result = Result()
        let writer = LogWriter(storage)
        var load = Load()
        var next: SequenceNumber = 1
        var time = Instant(microseconds: 0)
        var source = EventSource(file, scavenged.pages)
        var archived = archives
        func nextEvent() -> (sequence: SequenceNumber, value: [UInt8])? {
            if let event = archived.next() { return event }
            // What stayed in the log although it was archived has been seen.
            while let event = source.next() {
                if event.sequence > archived.last { return event }
            }
            return nil
        }
        // Up to where the log is taken over: what was committed, as the file says, or else all that was found.
        let end = scavenged.lastCommitted ?? scavenged.pages.map(\.last).max() ?? 0
        func add(_ entry: Entry, endsCommit: Bool) throws {
            load.open.append(entry)
            if endsCommit || load.open.count >= Recovery.eventsPerCommitMax { load.close() }
            guard load.byteCount >= Recovery.bytesAtOnce else { return }
            load.close()
            try write(&load, writer, &time)
        }
        func addMissing(through last: SequenceNumber) throws {
            while next <= last {
                load.byteCount += 64
                result.missing += next == 1 ? 0 : 1
                try add(.missing, endsCommit: false)
                next += 1
            }
            load.close()
        }
        while let (sequence, value) = nextEvent(), sequence <= max(end, archived.last) {
            guard let head = head(of: value, at: sequence) else { continue }
            if sequence > next { try addMissing(through: sequence - 1) }
            load.byteCount += value.count
            result.kept += sequence == 1 ? 0 : 1
            next = sequence + 1
            try add(.kept(value, head), endsCommit: head.isCommitEnd)
            if sequence % 16_384 == 0 {
                control.progress(CopyProgress(phase: .recovering, position: sequence, total: end))
                try control.requireGoingOn()
            }
        }
        try addMissing(through: max(end, handedOut, 1))
        load.close()
        try write(&load, writer, &time)
        result.ambiguous = source.ambiguous
        return result
    }

    /// The event can be read, and is not one of another place.
    private func head(of value: [UInt8], at sequence: SequenceNumber) -> EventHead? {
        value.withUnsafeBytes { value in
            guard let head = try? EventHead(value, at: sequence), (try? FieldCheck.check(value, head)) != nil,
                (try? Event(value, head)) != nil,
                (head.kind == EventKind.genesis.rawValue) == (sequence == 1)
            else { return nil }
            return head
        }
    }

    // MARK: Writing

    private func write(_ load: inout Load, _ writer: LogWriter, _ time: inout Instant) throws {
        defer { load = Load(open: load.open) }
        let commits = load.commits
        guard !commits.isEmpty else { return }
        // The body may run more than once, so the clock of the gaps begins at the same instant each time.
        let start = time
        var latest = start
        try writer.carryOver(
            commits: commits.count,
            record: { index, turn in
                if index == 0 { latest = start }
                for entry in commits[index] { try record(entry, &turn, &latest) }
            }, check: { _, _ in })
        time = latest
    }

    private func record(_ entry: Entry, _ turn: inout Turn, _ time: inout Instant) throws {
        guard turn.last > 0 else {
            let now = host.now()
            let genesis = Genesis(
                identity: identity, format: UInt64(MetaRows.currentFormat), program: program, host: host.host,
                user: host.user, previousHead: oldHead?.head.withBytes { Array($0) } ?? [])
            try turn.record(Event(time: now, body: .genesis(Box(genesis))))
            return
        }
        switch entry {
        case .missing: try turn.record(Event(time: time, body: .gap(Gap(note: Recovery.missingNote))))
        case .kept(let value, let head):
            time = head.time
            try value.withUnsafeBytes { value in
                try turn.record(
                    encoded: UnsafeRawBufferPointer(
                        rebasing: value[EventHead.Offset.version..<head.payload.upperBound]),
                    payloadCount: head.payload.count)
            }
        }
    }
}
