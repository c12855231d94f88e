// An archive of which a part may be gone: cut off, or with bytes that are others. Its blocks are compressed each for
// itself, and an event's checksum covers its number, so that each block, and of a damaged one what stands before the
// damage, proves by itself which events it has. Where the index at the file's end is gone the blocks are read one after
// the other; behind a damaged one the next is looked for by the two bytes that every block begins with, and its events'
// numbers by their checksums.

internal import DaybookModel

/// A file of the folder `archive`, whatever is left of it.
final class DamagedArchive {
    let name: String
    /// Nil if it cannot be read.
    let header: ArchiveHeader?
    /// What is wrong with it; more may be found while it is read.
    private(set) var flaw: String?
    let index: [ArchiveIndexEntry]?
    fileprivate let file: FileDescriptor
    fileprivate let byteCount: Int
    /// As its name says.
    private let named: ClosedRange<SequenceNumber>?

    init(_ folder: FolderDescriptor, _ name: String) throws(LogError) {
        let file = try folder.openFile(name, .toRead)
        self.name = name
        byteCount = try file.status().byteCount
        header = ArchiveHeader((try? file.read(ArchiveHeader.byteCount)) ?? [])
        index = ArchiveTrailer.index(of: file, byteCount)
        named = DamagedArchive.range(in: name)
        self.file = file
        if header == nil { flaw = "its beginning is damaged" }
        if index == nil { flaw = "it was cut off, or its end is damaged" }
    }

    /// The events that it is said to hold: by its index, its header or its name.
    var range: ClosedRange<SequenceNumber>? {
        if let first = index?.first, let last = index?.last, last.first >= first.first, last.eventCount > 0 {
            return first.first...last.first + UInt64(last.eventCount) - 1
        }
        if let header, 1...header.last ~= header.first { return header.first...header.last }
        return named
    }

    /// Numbers with which it may begin.
    fileprivate var beginnings: [SequenceNumber] {
        [range?.lowerBound, header?.first, named?.lowerBound].compactMap { $0 }
    }

    /// The greatest number that it may hold.
    fileprivate var end: SequenceNumber { max(range?.upperBound ?? 0, header?.last ?? 0, named?.upperBound ?? 0) }

    /// The head of the commit that it ends with, as the header says and as the last event itself does.
    var heads: [[UInt8]] {
        var heads = header.map { [$0.head] } ?? []
        if let index, let last = index.last {
            var events = DamagedArchiveEvents(self, fromBlock: index.count - 1)
            let end = last.first + UInt64(max(last.eventCount, 1)) - 1
            while let event = events.next() {
                guard event.sequence == end, let seal = event.value.withUnsafeBytes({ Seal(of: $0) }) else { continue }
                heads.append(seal.head.withBytes { Array($0) })
            }
        }
        return heads
    }

    fileprivate func noteDamage(from sequence: SequenceNumber) {
        if flaw == nil { flaw = "it is damaged behind event \(sequence)" }
    }

    private static func range(in name: String) -> ClosedRange<SequenceNumber>? {
        let parts = name.split(separator: ".")[0].split(separator: "-")
        guard parts.count == 3, let first = SequenceNumber(parts[1]), let last = SequenceNumber(parts[2]),
            1...last ~= first
        else { return nil }
        return first...last
    }
}

/// The events of an archive that can be read, in order.
struct DamagedArchiveEvents {
    let archive: DamagedArchive
    private var block: [(sequence: SequenceNumber, value: [UInt8])] = []
    private var place = 0
    /// The next block in the index; without one, the byte from which on blocks are looked for.
    private var position: Int
    /// Smaller numbers have been given.
    private var following: SequenceNumber = 0

    /// No archive holds more events behind a damaged block than are looked through for the number of the next.
    private static let searchMax: UInt64 = 1 << 24
    private static let blockBytesMax = 64 << 20
    private static let windowBytes = 1 << 20

    init(_ archive: DamagedArchive, fromBlock first: Int = 0) {
        self.archive = archive
        position = archive.index == nil ? ArchiveHeader.byteCount : first
    }

    mutating func next() -> (sequence: SequenceNumber, value: [UInt8])? {
        while true {
            while place < block.count {
                defer { place += 1 }
                guard block[place].sequence >= following else { continue }
                following = block[place].sequence + 1
                return block[place]
            }
            place = 0
            guard readBlock() else { return nil }
        }
    }

    private mutating func readBlock() -> Bool {
        guard let index = archive.index else { return findBlock() }
        guard position < index.count else { return false }
        let entry = index[position]
        position += 1
        let stored = (try? archive.file.read(Int(entry.storedCount), at: Int(clamping: entry.offset))) ?? []
        let isSound = stored.count == Int(entry.storedCount) && stored.checksum == entry.checksum
        let found = stored.withUnsafeBytes { Deflate.expandedAsFar($0, countMax: DamagedArchiveEvents.blockBytesMax) }
        block = DamagedArchiveEvents.events(in: found.bytes, from: entry.first)
        if !isSound || block.count != Int(entry.eventCount) {
            archive.noteDamage(from: block.last?.sequence ?? max(entry.first, 1) - 1)
        }
        return true
    }

    // MARK: Without an index

    private mutating func findBlock() -> Bool {
        while position < archive.byteCount {
            guard let found = expanded(at: position) else {
                position += 1
                skipToBeginning()
                continue
            }
            guard let first = number(of: found.bytes) else {
                position += 2
                skipToBeginning()
                continue
            }
            block = DamagedArchiveEvents.events(in: found.bytes, from: first)
            position += found.ending == .whole ? found.storedCount : 2
            if found.ending != .whole { skipToBeginning() }
            return true
        }
        return false
    }

    /// What begins there; nil if no block does.
    private func expanded(at offset: Int) -> Deflate.Expanded? {
        var window = DamagedArchiveEvents.windowBytes
        while true {
            let bytes = (try? archive.file.read(window, at: offset)) ?? []
            guard bytes.starts(with: Deflate.beginning) else { return nil }
            let found = bytes.withUnsafeBytes {
                Deflate.expandedAsFar($0, countMax: DamagedArchiveEvents.blockBytesMax)
            }
            let isAll = bytes.count < window || window >= DamagedArchiveEvents.blockBytesMax
            guard found.ending == .cut, !isAll else { return found.bytes.isEmpty ? nil : found }
            window *= 4
        }
    }

    private mutating func skipToBeginning() {
        while position < archive.byteCount {
            let bytes = (try? archive.file.read(DamagedArchiveEvents.windowBytes, at: position)) ?? []
            if let place = bytes.firstRange(of: Deflate.beginning) {
                position += place.lowerBound
                return
            }
            // The two bytes may lie on both sides of the window's end.
            position += max(bytes.count - 1, 1)
        }
    }

    /// With which event these begin.
    private func number(of bytes: [UInt8]) -> SequenceNumber? {
        let places = DamagedArchiveEvents.places(in: bytes)
        // Each try costs a checksum over the whole event, so the shortest of some tells.
        guard let probe = places.indices.prefix(64).min(by: { places[$0].count < places[$1].count }) else { return nil }
        let begin = following == 0 ? archive.beginnings : [following]
        return bytes.withUnsafeBytes { bytes in
            let value = UnsafeRawBufferPointer(rebasing: bytes[places[probe]])
            guard value.count >= EventHead.Offset.variable else { return nil }
            func fits(_ first: SequenceNumber) -> Bool {
                first > 0 && first <= .max - UInt64(probe) && EventChecksum.matches(value, at: first + UInt64(probe))
            }
            if let found = begin.first(where: fits) { return found }
            let start = max(following, begin.min() ?? 1)
            let end = min(archive.end, start.addingReportingOverflow(DamagedArchiveEvents.searchMax).partialValue)
            guard start <= end else { return nil }
            return (start...end).first(where: fits)
        }
    }

    // MARK: What is in a block

    /// Where its values lie, as far as their lengths lead.
    private static func places(in bytes: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var place = 0
        while place + 4 <= bytes.count {
            let count = Int(bytes.number(at: place, as: UInt32.self))
            guard count >= EventHead.Offset.variable, place + 4 + count <= bytes.count else { break }
            found.append(place + 4..<place + 4 + count)
            place += 4 + count
        }
        return found
    }

    private static func events(
        in bytes: [UInt8], from first: SequenceNumber
    ) -> [(sequence: SequenceNumber, value: [UInt8])] {
        places(in: bytes).enumerated().compactMap { number, place in
            let sequence = first &+ UInt64(number)
            let isSound = bytes.withUnsafeBytes {
                EventChecksum.matches(UnsafeRawBufferPointer(rebasing: $0[place]), at: sequence)
            }
            return isSound ? (sequence, Array(bytes[place])) : nil
        }
    }
}
