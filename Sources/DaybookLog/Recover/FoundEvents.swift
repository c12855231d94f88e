internal import DaybookModel

/// All events that can be read of a damaged store, each once, in order. Where the log has an event on a page that its
/// trees lead to, that one counts; else that of an archive, which was whole when it was written.
struct FoundEvents {
    private var log: EventSource
    /// By their first event; those that have been reached are open.
    private var archives: ArraySlice<DamagedArchive>
    private var open: [(events: DamagedArchiveEvents, next: (sequence: SequenceNumber, value: [UInt8]))] = []
    private var logged: EventSource.Found?
    private var last: SequenceNumber = 0

    /// Events of which two forms were found in the data file.
    var ambiguous: UInt64 { log.ambiguous }

    init(_ log: EventSource, _ archives: [DamagedArchive]) {
        self.log = log
        self.archives = archives[...]
        logged = self.log.next()
    }

    mutating func next() -> (sequence: SequenceNumber, value: [UInt8])? {
        while let found = take() {
            // What comes late, because a file's name or beginning is wrong, has been missed.
            guard found.sequence > last else { continue }
            last = found.sequence
            return found
        }
        return nil
    }

    private mutating func take() -> (sequence: SequenceNumber, value: [UInt8])? {
        let archived = nextArchived(notAfter: logged?.sequence ?? .max)
        guard let found = logged, archived.map({ found.sequence <= $0.sequence }) ?? true else { return archived }
        logged = log.next()
        guard let archived, archived.sequence == found.sequence else { return (found.sequence, found.value) }
        return found.isReached ? (found.sequence, found.value) : archived
    }

    /// The next event of the archives, if it is not behind that number; it is taken then.
    private mutating func nextArchived(
        notAfter bound: SequenceNumber
    ) -> (sequence: SequenceNumber, value: [UInt8])? {
        while let archive = archives.first {
            let reached = min(bound, open.lazy.map(\.next.sequence).min() ?? .max)
            guard archive.range?.lowerBound ?? 0 <= reached else { break }
            archives.removeFirst()
            var events = DamagedArchiveEvents(archive)
            if let first = events.next() { open.append((events, first)) }
        }
        guard let first = open.min(by: { $0.next.sequence < $1.next.sequence })?.next, first.sequence <= bound else {
            return nil
        }
        for place in open.indices.reversed() where open[place].next.sequence == first.sequence {
            if let next = open[place].events.next() { open[place].next = next } else { open.remove(at: place) }
        }
        return first
    }
}

/// Which numbers had no event: for as many stretches as a person would look at, the others together.
struct GapRanges {
    private var ranges: [ClosedRange<SequenceNumber>] = []

    private static let countMax = 10_000

    mutating func add(_ range: ClosedRange<SequenceNumber>) {
        if let last = ranges.last, last.upperBound + 1 >= range.lowerBound || ranges.count >= GapRanges.countMax {
            ranges[ranges.count - 1] = last.lowerBound...range.upperBound
        } else {
            ranges.append(range)
        }
    }

    var isEmpty: Bool { ranges.isEmpty }

    func contains(anyOf range: ClosedRange<SequenceNumber>) -> Bool { ranges.contains { $0.overlaps(range) } }

    /// Asked of many numbers.
    func contains(_ sequence: SequenceNumber) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < sequence { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(sequence)
    }
}
