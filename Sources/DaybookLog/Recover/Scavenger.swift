// Finds the events in what is left of a data file, whatever its trees still lead to.
//
// An event's checksum covers its number and its value, so that a row proves by itself that it is an event and which
// one, on whatever page it is found. Every page of the file is looked at: branch pages, free lists and meta pages may
// all be gone. Pages that were freed and not used again hold events too, mostly older copies of the same pages.
//
// They may also hold what was never committed, left behind by a process that was killed in the middle of a commit. So
// where the trees can be read, they say which pages count more, and how many events there are; behind that nothing is
// believed. Of two forms of one event the one counts that a tree leads to, then the one on the page that goes further.

internal import DaybookLMDB
internal import DaybookModel

/// A leaf page with events on it. There may be a million, and they are held until the recovered log is checked.
struct EventPage: Equatable {
    /// The first and the last event that are whole.
    let first: SequenceNumber
    let last: SequenceNumber
    /// The page, and whether a tree leads to it in the lowest bit.
    private let pageAndReach: UInt64

    var page: UInt64 { pageAndReach >> 1 }
    /// Whether a tree leads to it.
    var isReached: Bool { pageAndReach & 1 == 1 }

    init(page: UInt64, first: SequenceNumber, last: SequenceNumber, isReached: Bool) {
        self.first = first
        self.last = last
        pageAndReach = page << 1 | (isReached ? 1 : 0)
    }
}

/// What a data file still holds of the log.
struct Scavenged {
    /// By their first event.
    var pages: [EventPage] = []
    /// Pages that no byte could be read of, or none that means anything.
    var pagesRead: UInt64 = 0
    /// The last event that was committed, as far as anything says so.
    var lastCommitted: SequenceNumber?
    /// Which store it was, if its first event can be read.
    var identity: [UInt8]?
    /// It has events that carry a job on.
    var carriesJobs = false
    /// What it says of its archives.
    var mentions: [ArchiveMention] = []
}

struct Scavenger {
    private let file: DamagedDataFile
    private let ledgers: DamagedLedgers
    private let control: CopyControl

    private static let pagesAtOnce: UInt64 = 1_024

    init(_ file: DamagedDataFile, _ ledgers: DamagedLedgers, _ control: CopyControl) {
        self.file = file
        self.ledgers = ledgers
        self.control = control
    }

    func run() throws -> Scavenged {
        var found = Scavenged()
        let end = LogEnd(file, ledgers, lastPossible: lastPossible)
        for page in 0..<file.pageCount {
            if page % Scavenger.pagesAtOnce == 0 {
                try control.requireGoingOn()
                control.progress(CopyProgress(phase: .searching, position: page, total: file.pageCount))
            }
            guard let leaf = file.leaf(page) else { continue }
            found.pagesRead += 1
            guard let range = events(on: leaf, upTo: lastPossible, { note($0, leaf, $1, &found) }) else { continue }
            found.pages.append(
                EventPage(
                    page: page, first: range.lowerBound, last: range.upperBound,
                    isReached: end.reached.contains(page)))
        }
        found.lastCommitted = end.last(found: found.pages.map(\.last).max() ?? 0)
        if let last = found.lastCommitted { leaveOut(behind: last, &found) }
        found.pages.sort { ($0.first, $0.page) < ($1.first, $1.page) }
        return found
    }

    /// The first and the last event on a page; each is given to `body`.
    private func events(
        on leaf: LeafPage, upTo last: SequenceNumber, _ body: (LeafPage.Row, SequenceNumber) -> Void
    ) -> ClosedRange<SequenceNumber>? {
        var range: ClosedRange<SequenceNumber>?
        for row in leaf.rows {
            guard let sequence = EventRow.sequence(row, leaf), 1...max(last, 1) ~= sequence,
                EventRow.isEvent(row, leaf, sequence, file)
            else { continue }
            body(row, sequence)
            range = min(range?.lowerBound ?? sequence, sequence)...max(range?.upperBound ?? sequence, sequence)
        }
        return range
    }

    /// Leaves out what was never committed.
    private func leaveOut(behind last: SequenceNumber, _ found: inout Scavenged) {
        found.mentions.removeAll { $0.event > last }
        found.pages = found.pages.compactMap { page in
            guard page.last > last else { return page }
            guard let leaf = file.leaf(page.page), let range = events(on: leaf, upTo: last, { _, _ in }) else {
                return nil
            }
            return EventPage(
                page: page.page, first: range.lowerBound, last: range.upperBound, isReached: page.isReached)
        }
    }

    /// What tells an archive of this log from one of another.
    private func note(_ row: LeafPage.Row, _ leaf: LeafPage, _ sequence: SequenceNumber, _ found: inout Scavenged) {
        guard case .inline(let place) = row.value else { return }
        leaf.bytes.withUnsafeBytes { bytes in
            let value = UnsafeRawBufferPointer(rebasing: bytes[place])
            if let mention = ArchiveMention(value, at: sequence) { found.mentions.append(mention) }
            if value[EventHead.Offset.kind] == EventKind.carried.rawValue { found.carriesJobs = true }
            guard sequence == 1, case .genesis(let genesis)? = try? Event(value, at: 1).body,
                genesis.value.identity.count == 16
            else { return }
            found.identity = genesis.value.identity
        }
    }

    /// No file of this size ever held more events. One time in four thousand million a checksum is right by chance, and
    /// a number out of nowhere must not make a log of nothing but gaps.
    private var lastPossible: SequenceNumber {
        let leastEventBytes: UInt64 = 32
        let pages = max(file.pageCount, (file.metaPages.first?.lastPage ?? file.pageCount * 16) + 1)
        return pages.multipliedReportingOverflow(by: UInt64(file.pageSizeBytes)).partialValue / leastEventBytes
    }
}

/// A row that may be an event.
enum EventRow {
    static func sequence(_ row: LeafPage.Row, _ leaf: LeafPage) -> SequenceNumber? {
        guard row.key.count == 8 else { return nil }
        return leaf.bytes[row.key].reduce(0) { $0 << 8 | UInt64($1) }
    }

    static func isEvent(
        _ row: LeafPage.Row, _ leaf: LeafPage, _ sequence: SequenceNumber, _ file: DamagedDataFile
    ) -> Bool {
        guard case .inline(let place) = row.value else { return value(row, leaf, sequence, file) != nil }
        return leaf.bytes.withUnsafeBytes {
            EventChecksum.matches(UnsafeRawBufferPointer(rebasing: $0[place]), at: sequence)
        }
    }

    /// The event's value, if that is what the row holds.
    static func value(
        _ row: LeafPage.Row, _ leaf: LeafPage, _ sequence: SequenceNumber, _ file: DamagedDataFile
    ) -> [UInt8]? {
        let value: [UInt8]
        switch row.value {
        case .inline(let place):
            guard place.count >= EventHead.Offset.variable else { return nil }
            value = Array(leaf.bytes[place])
        case .overflow(let page, let byteCount):
            guard byteCount >= EventHead.Offset.variable, let bytes = file.overflow(page, byteCount: byteCount) else {
                return nil
            }
            value = bytes
        }
        return value.withUnsafeBytes { EventChecksum.matches($0, at: sequence) } ? value : nil
    }
}
