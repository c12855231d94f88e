// A file in `archive/` need not be an archive of the log beside it: it may have been put there by mistake, or come from
// a store that was restored and has gone another way since. What it says would stand for what this log says. So an
// archive counts if an event of the log names the head that it ends with, or if it ends with events that stand in the
// log too; or, where nothing of that can be told, if it names this store and no event in it is another in the log.

internal import DaybookLMDB
internal import DaybookModel

/// What is to be known of a file in `archive/`, besides that its events were kept.
package struct ArchiveRemark: Equatable, Sendable {
    package enum Kind: String, Sendable {
        /// It is no archive of this log, as far as can be seen.
        case leftOut
        /// What could be read of it was kept.
        case damaged
        /// The log speaks of it, and it is not there.
        case missing
    }

    package let kind: Kind
    package let name: String
    package let why: String

    package var sentence: String {
        switch kind {
        case .leftOut: "archive/\(name) was left out: \(why)"
        case .damaged: "archive/\(name) could be read in part: \(why)"
        case .missing: "archive/\(name) is missing: \(why)"
        }
    }
}

/// What says that there is an archive: an event of the log, or the row that it left in the ledgers.
struct ArchiveMention {
    let event: SequenceNumber
    let archived: Archived

    init?(_ value: UnsafeRawBufferPointer, at sequence: SequenceNumber) {
        guard value.count > EventHead.Offset.kind, value[EventHead.Offset.kind] == EventKind.checkpoint.rawValue,
            case .checkpoint(let archived)? = try? Event(value, at: sequence).body,
            archived.value.head.count == 32, 1...archived.value.last ~= archived.value.first
        else { return nil }
        event = sequence
        self.archived = archived.value
    }

    /// What the ledgers say of it, where the event itself may lie in an archive that is not there.
    init?(last: SequenceNumber, row: UnsafeRawBufferPointer) {
        guard let record = ArchiveRecord(last: last, row), 1...max(last, 1) ~= record.first, last < record.checkpoint
        else { return nil }
        event = record.checkpoint
        archived = Archived(
            first: record.first, last: last, digest: record.digest, head: record.head, root: record.root,
            base: record.base, until: record.until)
    }
}

/// The archives of a damaged store's log, as far as anything says so.
struct ArchiveSelection {
    private(set) var kept: [DamagedArchive] = []
    private(set) var mentions: [ArchiveMention] = []
    private var leftOut: [ArchiveRemark] = []

    private let file: DamagedDataFile
    private let pages: [EventPage]
    private let control: CopyControl

    init(
        in store: FolderDescriptor, _ file: DamagedDataFile, _ scavenged: Scavenged, _ ledgers: DamagedLedgers,
        _ control: CopyControl
    ) throws {
        self.file = file
        self.control = control
        pages = scavenged.pages
        mentions = scavenged.mentions
        try ledgers.forEachRow(of: .archives) { key, value in
            guard let last = ArchiveRows.lastEvent(key), let mention = ArchiveMention(last: last, row: value) else {
                return
            }
            mentions.append(mention)
        }
        var identity = scavenged.identity
        if identity == nil, case .success(let sidecar)? = try? IdentityFile.read(StoreFile.identity, in: store) {
            identity = sidecar.identity
        }
        var undecided = candidates(in: store)
        try keepMentioned(&undecided)
        identity = identity ?? kept.lazy.compactMap(\.header).first?.identity
        for archive in undecided.sorted(by: { $0.range?.lowerBound ?? 0 < $1.range?.lowerBound ?? 0 }) {
            try control.requireGoingOn()
            if let why = reasonToLeaveOut(archive, identity ?? ArchiveSelection.onlyIdentity(undecided)) {
                leftOut.append(ArchiveRemark(kind: .leftOut, name: archive.name, why: why))
            } else {
                kept.append(archive)
            }
        }
        kept.sort { ($0.range?.lowerBound ?? 0, $0.name) < ($1.range?.lowerBound ?? 0, $1.name) }
    }

    /// What is to be said once all has been read. `missing` are the events that were not found.
    func remarks(missing: GapRanges) -> [ArchiveRemark] {
        var remarks = leftOut
        for archive in kept {
            guard let flaw = archive.flaw else { continue }
            remarks.append(ArchiveRemark(kind: .damaged, name: archive.name, why: flaw))
        }
        for mention in mentions.sorted(by: { $0.archived.first < $1.archived.first }) {
            let range = mention.archived.first...mention.archived.last
            guard missing.contains(anyOf: range), !kept.contains(where: { $0.range?.overlaps(range) ?? false }) else {
                continue
            }
            let name = ArchiveShelf.name(range.lowerBound, range.upperBound)
            guard !remarks.contains(where: { $0.kind == .missing && $0.name == name }) else { continue }
            remarks.append(
                ArchiveRemark(
                    kind: .missing, name: name,
                    why: """
                        event \(mention.event) says that events \(range.lowerBound) to \(range.upperBound) are in it; \
                        put it there, if you have it, and recover anew
                        """))
        }
        return remarks
    }

    private mutating func candidates(in store: FolderDescriptor) -> [DamagedArchive] {
        guard let folder = try? store.existingFolder(ArchiveShelf.folderName), let names = try? folder.entries() else {
            return []
        }
        return names.sorted().compactMap { name in
            guard name.hasSuffix(".archive") else { return nil }
            do {
                return try DamagedArchive(folder, name)
            } catch {
                leftOut.append(ArchiveRemark(kind: .leftOut, name: name, why: "\(error)"))
                return nil
            }
        }
    }

    /// Keeps those that the log names. Each may itself hold the events that name older ones.
    private mutating func keepMentioned(_ undecided: inout [DamagedArchive]) throws {
        let heads = undecided.map(\.heads)
        var open = Set(undecided.indices)
        var isLearning = true
        while isLearning {
            isLearning = false
            for place in open.sorted(by: >) where mentions.contains(where: { heads[place].contains($0.archived.head) })
            {
                kept.append(undecided[place])
                open.remove(place)
                var events = DamagedArchiveEvents(undecided[place])
                var count = 0
                while let (sequence, value) = events.next() {
                    if let mention = value.withUnsafeBytes({ ArchiveMention($0, at: sequence) }) {
                        mentions.append(mention)
                    }
                    count += 1
                    if count % 65_536 == 0 { try control.requireGoingOn() }
                }
                isLearning = true
            }
        }
        undecided = open.sorted().map { undecided[$0] }
    }

    private static func onlyIdentity(_ archives: [DamagedArchive]) -> [UInt8]? {
        let identities = Set(archives.compactMap(\.header?.identity))
        return identities.count == 1 ? identities.first : nil
    }

    private func reasonToLeaveOut(_ archive: DamagedArchive, _ identity: [UInt8]?) -> String? {
        guard let range = archive.range else { return "nothing in it says which events it has" }
        let comparison = compare(archive, range)
        if comparison.agrees(toEndOf: range) { return overlap(range) }
        guard let header = archive.header else {
            return "its beginning is damaged, and nothing else says of which log it is"
        }
        guard let identity else {
            return "nothing says of which store the log is, and there are archives of several"
        }
        guard header.identity == identity else {
            return "it is of another store, \(header.identity.withUnsafeBytes { Hexadecimal.text($0) })"
        }
        if let sequence = comparison.difference { return "event \(sequence) in it is not that of the log" }
        if let mention = mentions.first(where: { $0.archived.first...$0.archived.last == range }) {
            return "event \(mention.event) of the log says that the archive of these events has another head"
        }
        return overlap(range)
    }

    private func overlap(_ range: ClosedRange<SequenceNumber>) -> String? {
        kept.first { $0.range?.overlaps(range) ?? false }.map {
            "no event of the log speaks of it, and \($0.name) has events of the same numbers"
        }
    }

    /// An archive beside what stands in the log itself.
    private struct Comparison {
        /// The first event that is another there.
        var difference: SequenceNumber?
        /// The last event that is the same.
        var same: SequenceNumber = 0

        /// The log keeps the last events that were archived. Where those are the same all before them are, too.
        func agrees(toEndOf range: ClosedRange<SequenceNumber>) -> Bool {
            difference == nil && same > 1 && same >= HistoryTree.firstAtHand(archivedThrough: range.upperBound)
        }
    }

    private func compare(_ archive: DamagedArchive, _ range: ClosedRange<SequenceNumber>) -> Comparison {
        var comparison = Comparison()
        var logged = EventSource(file, pages.filter { $0.isReached && range.overlaps($0.first...$0.last) })
        var archived = DamagedArchiveEvents(archive)
        var (one, other) = (logged.next(), archived.next())
        while let ours = one, let theirs = other {
            if ours.sequence == theirs.sequence {
                guard ours.value == theirs.value else {
                    comparison.difference = ours.sequence
                    break
                }
                comparison.same = ours.sequence
            }
            if ours.sequence <= theirs.sequence { one = logged.next() }
            if theirs.sequence <= ours.sequence { other = archived.next() }
        }
        return comparison
    }
}
