// Events in the order of their numbers, from pages that overlap: a sweep over pages by their first event, with those
// open that reach the place where it stands.

internal import DaybookLMDB
internal import DaybookModel

/// The events of a damaged file, each once, in order.
struct EventSource {
    private struct OpenPage {
        let page: EventPage
        let events: [(sequence: SequenceNumber, value: [UInt8])]
        var place = 0

        var next: SequenceNumber? { place < events.count ? events[place].sequence : nil }
    }

    struct Found {
        let sequence: SequenceNumber
        let value: [UInt8]
        /// Whether a tree leads to it.
        let isReached: Bool
    }

    private let file: DamagedDataFile
    private let pages: [EventPage]
    private var opened = 0
    private var open: [OpenPage] = []
    /// Events of which two forms were found.
    private(set) var ambiguous: UInt64 = 0

    init(_ file: DamagedDataFile, _ pages: [EventPage]) {
        self.file = file
        self.pages = pages
    }

    /// The next event that there is; numbers may be missing in between.
    mutating func next() -> Found? {
        while true {
            let reached = open.lazy.compactMap(\.next).min()
            // A page that begins before that must have its say.
            if opened < pages.count, pages[opened].first <= reached ?? .max {
                openPage()
                continue
            }
            guard let reached else { return nil }
            return take(reached)
        }
    }

    private mutating func openPage() {
        let page = pages[opened]
        opened += 1
        guard let leaf = file.leaf(page.page) else { return }
        var events: [(sequence: SequenceNumber, value: [UInt8])] = []
        for row in leaf.rows {
            guard let sequence = EventRow.sequence(row, leaf), page.first...page.last ~= sequence,
                let value = EventRow.value(row, leaf, sequence, file)
            else { continue }
            events.append((sequence, value))
        }
        events.sort { $0.sequence < $1.sequence }
        open.append(OpenPage(page: page, events: events))
    }

    private mutating func take(_ sequence: SequenceNumber) -> Found {
        var best: (page: EventPage, value: [UInt8])?
        var hasTwoForms = false
        for index in open.indices where open[index].next == sequence {
            let (page, value) = (open[index].page, open[index].events[open[index].place].value)
            while open[index].next == sequence { open[index].place += 1 }
            guard let other = best else {
                best = (page, value)
                continue
            }
            if other.value != value { hasTwoForms = true }
            if EventSource.isBetter(page, than: other.page) { best = (page, value) }
        }
        open.removeAll { $0.next == nil }
        if hasTwoForms { ambiguous += 1 }
        return Found(sequence: sequence, value: best?.value ?? [], isReached: best?.page.isReached ?? false)
    }

    private static func isBetter(_ page: EventPage, than other: EventPage) -> Bool {
        if page.isReached != other.isReached { return page.isReached }
        return page.last > other.last
    }
}

extension EventSource {
    /// The last commit's end that was found, and the head that it names. It is on one of the last pages.
    static func lastSeal(
        _ file: DamagedDataFile, _ pages: [EventPage]
    ) -> (last: SequenceNumber, head: Hash)? {
        for page in pages.sorted(by: { $0.last > $1.last }) {
            var source = EventSource(file, [page])
            var found: (SequenceNumber, Hash)?
            while let event = source.next() {
                if let seal = event.value.withUnsafeBytes({ Seal(of: $0) }) { found = (event.sequence, seal.head) }
            }
            if let found { return found }
        }
        return nil
    }
}
