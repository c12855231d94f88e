internal import DaybookModel

/// Why a line is not a line of an export. The sentence has no subject and no full stop: whoever reads the line puts
/// its place before it.
struct LineFlaw: Error, Equatable {
    let sentence: String

    init(_ sentence: String) {
        self.sentence = sentence
    }

    static func wrong(_ key: LineKey, _ wanted: String) -> LineFlaw { LineFlaw("\(key.rawValue) is not \(wanted)") }

    static func missing(_ key: LineKey) -> LineFlaw { LineFlaw("\(key.rawValue) is missing") }
}

/// The names that an export's lines have besides the names of fields, in the order in which they stand.
enum LineKey: String, CaseIterable, Sendable {
    case seq, time, kind, version, job, previous, cause, attempt, token, actor, process, worker, recurring
    /// In place of the facts, where their names would not do.
    case rawFacts
    case salt
    /// In place of the payload's fields, where their names would not do.
    case rawPayload
    /// In place of `salt` and the payload's fields in a redacted line.
    case payload
    case payloadBytes
    case commit, hash, count, ledgers, head

    static let index = NameIndex(allCases.map { (Array($0.rawValue.utf8), $0) })

    /// Its place in a line.
    var rank: Int { LineKey.ranks[self] ?? 0 }

    private static let ranks = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) })
}
