internal import DaybookModel

/// The name of a file in `snapshots/`: from which event's snapshot it goes on, and as of which it is. A whole one goes
/// on from event 0.
struct SnapshotName: Hashable, Sendable {
    let from: SequenceNumber
    let to: SequenceNumber

    private static let beginning = "ledgers-"
    private static let ending = ".rows"
    /// What a file is called until it is complete.
    static let unfinished = ".new"

    init(from: SequenceNumber, to: SequenceNumber) {
        self.from = from
        self.to = to
    }

    /// Nil for somebody else's file.
    init?(_ text: String) {
        guard text.hasPrefix(SnapshotName.beginning), text.hasSuffix(SnapshotName.ending) else { return nil }
        let parts = text.dropFirst(SnapshotName.beginning.count).dropLast(SnapshotName.ending.count)
            .split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let from = SequenceNumber(parts[0]), let to = SequenceNumber(parts[1]), from < to
        else { return nil }
        self.init(from: from, to: to)
        guard self.text == text else { return nil }
    }

    /// The same of a file that is perhaps not complete.
    init?(perhapsUnfinished text: String) {
        self.init(text.hasSuffix(SnapshotName.unfinished) ? String(text.dropLast(SnapshotName.unfinished.count)) : text)
    }

    init(_ header: SnapshotHeader) {
        self.init(from: header.base.sequence, to: header.mark.sequence)
    }

    var text: String {
        func padded(_ number: SequenceNumber) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, 12 - digits.count)) + digits
        }
        return "\(SnapshotName.beginning)\(padded(from))-\(padded(to))\(SnapshotName.ending)"
    }
}

/// Which files together make which snapshots.
struct SnapshotChains {
    /// For each event of which there is a snapshot, the last of its files: where several would do, the one that spares
    /// most others.
    private var files: [SequenceNumber: SnapshotName] = [:]

    init(_ names: some Sequence<SnapshotName>) {
        for name in names.sorted(by: { ($0.to, $0.from) < ($1.to, $1.from) }) {
            guard files[name.to] == nil, name.from == 0 || files[name.from] != nil else { continue }
            files[name.to] = name
        }
    }

    /// The events of which there are snapshots, the latest first.
    var marks: [SequenceNumber] { files.keys.sorted(by: >) }

    func contains(_ mark: SequenceNumber) -> Bool { files[mark] != nil }

    /// The files of a snapshot, the whole one first.
    func path(to mark: SequenceNumber) -> [SnapshotName] {
        var path: [SnapshotName] = []
        var next = files[mark]
        while let name = next {
            path.append(name)
            next = files[name.from]
        }
        return path.reversed()
    }
}
