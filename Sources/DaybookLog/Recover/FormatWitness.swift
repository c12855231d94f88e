// The row of `meta` that names the format has no checksum: one bit of it makes a store look like one of a later
// release, whose log is for that release to read. Events have checksums, and they name the format too: the first that
// in which the log began, and the `rebuilt` of each upgrade that to which it was brought. So the log is asked. Where it
// is there from its first event to its last, and none of them is of a newer format or of a newer release at all, the
// row is damaged. Where one of them names a newer format, the store is of that. Where events are missing, an upgrade
// may be among them: then only a person can know that no newer release ever wrote the store.

internal import DaybookModel

/// A newer format that a damaged store names and was taken for damage.
package struct PassedOverFormat: Equatable, Sendable {
    package let named: UInt32
    /// Whether the log itself says that it is of another. If not, a person does.
    package let isProven: Bool
}

/// What the events of a damaged store say of its format, where the row of `meta` names one that is newer than this
/// release's.
struct FormatWitness {
    /// What the row names.
    private let named: UInt32
    private let own: UInt32
    private let path: String
    /// Whether a person says that the row is damaged, where the log does not tell.
    private let isOverruled: Bool
    /// Whether that was needed.
    private var isDoubtful = false

    init?(
        _ path: String, _ ledgers: DamagedLedgers, _ own: StoreVersions, isOverruled: Bool
    ) throws(LogError) {
        guard let named = ledgers.format, named > own.format else { return nil }
        (self.named, self.own, self.path, self.isOverruled) = (named, own.format, path, isOverruled)
        // One flipped bit is in one row.
        if let version = ledgers.version, version > own.ledgers {
            try doubt("The row beside it, of the ledgers' version, names a newer one, too.")
        }
    }

    /// Hears the next event that was found.
    mutating func hear(_ value: UnsafeRawBufferPointer, _ head: EventHead, at sequence: SequenceNumber) throws(LogError)
    {
        switch EventKind(rawValue: head.kind) {
        case .genesis, .rebuilt:
            guard let event = try? Event(value, head), FormatWitness.format(event.body) ?? 0 > own else { break }
            throw refusal("Event \(sequence) says so, too.")
        default: break
        }
        guard let strange = StrangeEvent.find(value, at: sequence) else { return }
        try doubt("Event \(strange.sequence) is one that this release does not know.")
    }

    /// Says whether that was all of the log.
    mutating func conclude(isWhole: Bool) throws(LogError) {
        if !isWhole { try doubt("Events are missing that could tell whether that is so.") }
    }

    var passedOver: PassedOverFormat { PassedOverFormat(named: named, isProven: !isDoubtful) }

    private static func format(_ body: EventBody) -> UInt64? {
        switch body {
        case .genesis(let genesis): genesis.value.format
        case .rebuilt(_, let reason): StoreVersions.format(afterUpgrade: reason).map(UInt64.init)
        default: nil
        }
    }

    private mutating func doubt(_ why: String) throws(LogError) {
        isDoubtful = true
        guard !isOverruled else { return }
        throw refusal("\(why) If you know that none has written it, recover with --despite-format.")
    }

    private func refusal(_ why: String) -> LogError {
        LogError(
            .unusable,
            "\(path) has format \(named); this release writes \(own). Use the newer release that made it. \(why)")
    }
}
