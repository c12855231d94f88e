// Two releases may have a store open at once. What a newer one writes that an older one does not know stands in the log
// all the same, and says that the ledgers may mean more than the older one's rules make of them. So every writer looks
// at the events that others have written since its last turn: at two bytes of each, and at all of the few whose kind it
// knows but whose content may be of a later release.

package import DaybookModel

/// An event that this release does not understand: a newer one wrote it.
package struct StrangeEvent: Error, Equatable, Sendable {
    package let sequence: SequenceNumber
    package let kind: UInt8
    package let version: UInt8

    package init(sequence: SequenceNumber, kind: UInt8, version: UInt8) {
        self.sequence = sequence
        self.kind = kind
        self.version = version
    }

    /// What it means for whoever met it.
    package var sentence: String {
        let what = EventKind(rawValue: kind).map { "\($0.name), version \(version)" } ?? "kind \(kind)"
        return """
            Event \(sequence) (\(what)) was written by a newer release than this one, which does not know what it \
            means: it finishes what it runs and begins nothing more. Start this program anew in the newer release.
            """
    }

    /// For whoever was to do what only those may do who understand all of the log.
    package var refusal: LogError { LogError(.unusable, sentence, at: sequence) }

    /// The first that this release does not understand, among the newest events or of those that somebody met before.
    package static func newest(in log: any LogSnapshot) throws -> StrangeEvent? {
        var watch = StrangerWatch()
        try watch.look(log, through: try log.last)
        return watch.met
    }

    /// The event, if this release does not understand it. Bytes that are damaged say nothing.
    static func find(_ value: UnsafeRawBufferPointer, at sequence: SequenceNumber) -> StrangeEvent? {
        guard value.count > EventHead.Offset.kind else { return nil }
        let kind = value[EventHead.Offset.kind]
        let version = value[EventHead.Offset.version]
        guard EventChecksum.matches(value, at: sequence) else { return nil }
        if isKnown(kind, version) {
            guard case .unknown? = try? Event(value, at: sequence, withPayload: false).body else { return nil }
        }
        return StrangeEvent(sequence: sequence, kind: kind, version: version)
    }

    static func isKnown(_ kind: UInt8, _ version: UInt8) -> Bool {
        version != 0 && version <= newestVersions[Int(kind)]
    }

    /// By kind; 0 for those that this release does not know.
    private static let newestVersions: [UInt8] = (0...UInt8.max).map { kind in
        EventKind(rawValue: kind) == nil ? 0 : EventUpcasts.standard.version(of: kind)
    }

    /// The same, without the kinds whose content has to be looked at.
    private static let plainVersions: [UInt8] = (0...UInt8.max).map { kind in
        mayHoldMore(kind) ? 0 : newestVersions[Int(kind)]
    }

    static func withPlainVersions(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) rethrows {
        try plainVersions.withUnsafeBufferPointer(body)
    }

    /// Kinds with a word among their fields that a later release may have added to.
    static func mayHoldMore(_ kind: UInt8) -> Bool {
        switch EventKind(rawValue: kind) {
        case .processAsked, .parentEnded, .batchEnded, .keysChanged: true
        default: false
        }
    }
}
