/// What a job waits for, and how far that has come: one row a job, gone once all of it has come true.
///
/// Of each job waited for the row says its number (8 bytes), the condition (1) and whether it is met (1). As long as a
/// condition is not met, `children` leads from the other job to this one: also if it can no longer be met, because
/// the other may be taken up again.
package struct ConditionBook: Equatable, Sendable {
    package enum Standing: UInt8, Sendable {
        case open = 0
        case met = 1
        /// It ended otherwise.
        case unmet = 2
    }

    package struct Entry: Equatable, Sendable {
        package let parent: SequenceNumber
        package let condition: AfterCondition
        package var standing: Standing
    }

    package private(set) var entries: [Entry] = []

    package init() {}

    init(_ dependencies: [Dependency]) {
        for dependency in dependencies {
            guard case .job(let parent) = dependency.parent else { continue }
            add(parent, dependency.condition, dependency.end?.state)
        }
    }

    private mutating func add(_ parent: SequenceNumber, _ condition: AfterCondition, _ state: JobState?) {
        entries.append(Entry(parent: parent, condition: condition, standing: condition.standing(for: state)))
    }

    /// Of all conditions together: unmet if one is, met if all are.
    package var standing: Standing {
        if entries.contains(where: { $0.standing == .unmet }) { return .unmet }
        return entries.allSatisfy { $0.standing == .met } ? .met : .open
    }

    /// Notes what a job has come to. False if that changes nothing.
    mutating func note(_ parent: SequenceNumber, _ state: JobState) -> Bool {
        guard let index = entries.firstIndex(where: { $0.parent == parent }) else { return false }
        let standing = entries[index].condition.standing(for: state)
        // What was met once stays so, whatever becomes of the other job later.
        guard entries[index].standing != .met, entries[index].standing != standing else { return false }
        entries[index].standing = standing
        return true
    }

    // MARK: Bytes

    private static let entryBytes = 10

    package func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.count * ConditionBook.entryBytes)
        for entry in entries {
            withUnsafeBytes(of: entry.parent.littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(entry.condition.number)
            bytes.append(entry.standing.rawValue)
        }
        return bytes
    }

    /// `nil` if the bytes are no such row.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty, bytes.count % ConditionBook.entryBytes == 0 else { return nil }
        for start in stride(from: 0, to: bytes.count, by: ConditionBook.entryBytes) {
            guard let condition = AfterCondition(number: bytes[start + 8]),
                let standing = Standing(rawValue: bytes[start + 9])
            else { return nil }
            let parent = bytes.loadUnaligned(fromByteOffset: start, as: SequenceNumber.self)
            entries.append(
                Entry(parent: SequenceNumber(littleEndian: parent), condition: condition, standing: standing))
        }
    }

    /// What a job waits for; empty if it has no row.
    package static func of(_ job: SequenceNumber, in ledgers: any Ledgers) throws -> ConditionBook {
        let found = try RowKey.number(job).withBytes { key in
            try ledgers.read(.conditions, key) { bytes throws(LedgerError) in
                guard let book = ConditionBook(bytes) else { throw LedgerError.unreadableRow(.conditions, job) }
                return book
            }
        }
        return found ?? ConditionBook()
    }
}

extension AfterCondition {
    fileprivate func standing(for state: JobState?) -> ConditionBook.Standing {
        guard let isMet = state.flatMap({ isMet(by: $0) }) else { return .open }
        return isMet ? .met : .unmet
    }

    fileprivate var number: UInt8 {
        switch self {
        case .success: 1
        case .failure: 2
        case .any: 3
        }
    }

    fileprivate init?(number: UInt8) {
        switch number {
        case 1: self = .success
        case 2: self = .failure
        case 3: self = .any
        default: return nil
        }
    }
}
