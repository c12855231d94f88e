internal import DaybookModel

/// How far a writer has looked for events that it does not understand.
struct StrangerWatch {
    /// The first that was met.
    private(set) var met: StrangeEvent?
    /// Whether the store is still to be told of it.
    private var isUnmarked = false
    private var looked: SequenceNumber?

    /// Who opens a store looks so far back. What stands before that, or was moved to an archive, the store tells of
    /// itself, once somebody has met it; a release that writes what others do not know tells it at once.
    static let firstLook: SequenceNumber = 4_096

    /// Looks at what has come since the last look, through the log's `last`.
    mutating func look(_ log: any LogSnapshot, through last: SequenceNumber) throws {
        guard met == nil else { return }
        met = try StrangeEvent.marked(in: log)
        let first = looked.map { $0 + 1 } ?? max(last, StrangerWatch.firstLook) - StrangerWatch.firstLook + 1
        guard met == nil, first <= last else {
            looked = last
            return
        }
        try StrangeEvent.withPlainVersions { plainVersions in
            try log.events(from: max(first, try log.archivedThrough + 1)) { sequence, value in
                if !StrangerWatch.isPlain(value, plainVersions) { met = StrangeEvent.find(value, at: sequence) }
                return met == nil && sequence < last
            }
        }
        isUnmarked = met != nil
        looked = last
    }

    /// Whether its two bytes say all: almost every event.
    private static func isPlain(_ value: UnsafeRawBufferPointer, _ versions: UnsafeBufferPointer<UInt8>) -> Bool {
        guard value.count > EventHead.Offset.kind else { return true }
        let version = value[EventHead.Offset.version]
        return version != 0 && version <= versions[Int(value[EventHead.Offset.kind])]
    }

    /// What this process has committed itself it knows.
    mutating func commit(through last: SequenceNumber) { looked = last }

    /// Has the store tell of what was met, if it does not yet. Answers whether anything was written.
    func mark(in transaction: any LogTransaction) throws -> Bool {
        guard isUnmarked, let met else { return false }
        try met.mark(in: transaction)
        return true
    }

    /// Once that is durable.
    mutating func isMarked() { isUnmarked = false }
}

// The row that tells of a strange event holds its number and its bytes: of an event whose kind is known all of them,
// since the word in it that is not may be known to a later release; of any other those up to its kind. So whoever reads
// the row judges for himself, and to a release that knows what it is about it says nothing.
extension StrangeEvent {
    private static let numberByteCount = 8

    fileprivate func mark(in transaction: any LogTransaction) throws {
        let isAboutItsKind = !StrangeEvent.isKnown(kind, version)
        let value = try transaction.event(sequence) { value in
            isAboutItsKind ? Array(value.prefix(EventHead.Offset.kind + 1)) : Array(value)
        }
        guard let value else { return }
        try transaction.putStrangeMark(withUnsafeBytes(of: sequence.littleEndian, Array.init) + value)
    }

    /// What the store tells of itself, if this release does not understand it.
    fileprivate static func marked(in log: any LogSnapshot) throws -> StrangeEvent? {
        try log.strangeMark.flatMap { $0.withUnsafeBytes(marked) }
    }

    private static func marked(_ row: UnsafeRawBufferPointer) -> StrangeEvent? {
        guard row.count > numberByteCount + EventHead.Offset.kind else { return nil }
        let sequence = SequenceNumber(littleEndian: row.loadUnaligned(as: SequenceNumber.self))
        let value = UnsafeRawBufferPointer(rebasing: row[numberByteCount...])
        let (kind, version) = (value[EventHead.Offset.kind], value[EventHead.Offset.version])
        guard isKnown(kind, version) else { return StrangeEvent(sequence: sequence, kind: kind, version: version) }
        return find(value, at: sequence)
    }
}

extension LogStorage {
    /// Refuses what only those may do who understand all of the log.
    package func requireNothingStrange() throws {
        if let met = try read({ try StrangeEvent.newest(in: $0) }) { throw met.refusal }
    }
}

extension Turn {
    /// The same, of all that the log holds as this turn begins.
    package func requireNothingStrange() throws {
        if let stranger { throw stranger.refusal }
    }
}
