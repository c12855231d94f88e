/// Where a job stands among the limits that it may come under; these are known by their place in its list of scopes.
package struct LimitStanding: Equatable, Sendable {
    /// In which of the scopes it has a slot, a bit each. The last bit is none of theirs: see `isFirstInLane`.
    package private(set) var holds: UInt16 = 0
    // Place and one, or 0: many jobs are known at once.
    private var waitingPlace: UInt8 = 0
    private var candidatePlace: UInt8 = 0

    init() {}

    /// In which it waits.
    package var waiting: Int? {
        get { waitingPlace == 0 ? nil : Int(waitingPlace) - 1 }
        set { waitingPlace = newValue.map { UInt8($0 + 1) } ?? 0 }
    }

    /// For which it stands in the ready index.
    package var candidate: Int? {
        get { candidatePlace == 0 ? nil : Int(candidatePlace) - 1 }
        set { candidatePlace = newValue.map { UInt8($0 + 1) } ?? 0 }
    }

    /// Its slots are those of lanes that keep order, where it is the next and has not begun, because it waits for
    /// another limit.
    var isFirstInLane: Bool {
        get { holds & 1 << 15 != 0 }
        set { holds = newValue ? holds | 1 << 15 : holds & ~(1 << 15) }
    }

    func holds(_ index: Int) -> Bool { holds & 1 << UInt16(index) != 0 }
    mutating func take(_ index: Int) { holds |= 1 << UInt16(index) }
    mutating func give(_ index: Int) { holds &= ~(1 << UInt16(index)) }

    // MARK: Its row

    fileprivate static let byteCount = 4

    fileprivate init(_ row: UnsafeRawBufferPointer) {
        holds = UInt16(littleEndian: row.loadUnaligned(as: UInt16.self))
        (waitingPlace, candidatePlace) = (row[2], row[3])
    }

    /// Calls `body` with the row of a job that stands so among scopes with these texts.
    func withRow<R>(
        scopes: some Collection<String>, _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        let separators = max(scopes.count, 1) - 1
        let count = scopes.reduce(LimitStanding.byteCount + separators) { $0 + $1.utf8.count }
        return try withUnsafeTemporaryAllocation(byteCount: count, alignment: 2) { row in
            row.storeBytes(of: holds.littleEndian, as: UInt16.self)
            row[2] = waitingPlace
            row[3] = candidatePlace
            var end = LimitStanding.byteCount
            for scope in scopes {
                if end > LimitStanding.byteCount {
                    row[end] = JobLimits.separator
                    end += 1
                }
                UnsafeMutableRawBufferPointer(rebasing: row[end...]).copyBytes(from: scope.utf8)
                end += scope.utf8.count
            }
            return try body(UnsafeRawBufferPointer(row))
        }
    }
}

/// What limits a job may come under, and where it stands among them: a row of the ledger.
package struct JobLimits: Equatable, Sendable {
    package let standing: LimitStanding
    package let scopes: [String]

    /// No job has more, and a standing has no room for them.
    static let scopesMax = 15
    fileprivate static let separator = UInt8(ascii: "\n")

    package func encoded() -> [UInt8] { standing.withRow(scopes: scopes) { Array($0) } }

    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > LimitStanding.byteCount else { return nil }
        let standing = LimitStanding(bytes)
        let scopes = bytes[LimitStanding.byteCount...].split(separator: JobLimits.separator).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard [standing.waiting, standing.candidate].allSatisfy({ $0.map { $0 < scopes.count } ?? true }),
            scopes.count <= JobLimits.scopesMax
        else { return nil }
        self.standing = standing
        self.scopes = scopes
    }
}

/// The numbers of the scopes of one job. Most have one or two, and those need no list of their own.
struct ScopeList: RandomAccessCollection, Equatable {
    private var first: (UInt32, UInt32) = (0, 0)
    private var others: [UInt32]?
    private var inlined: UInt8 = 0

    private static let inlinedMax = 2

    var startIndex: Int { 0 }
    var endIndex: Int { Int(inlined) + (others?.count ?? 0) }

    subscript(index: Int) -> LimitDesk.Number {
        switch index {
        case 0: Int(first.0)
        case 1: Int(first.1)
        default: Int(others![index - ScopeList.inlinedMax])
        }
    }

    /// No more than a row has room for; only a log that others wrote has a job with so many.
    mutating func append(_ number: LimitDesk.Number) {
        let number = UInt32(number)
        switch endIndex {
        case 0: (first.0, inlined) = (number, 1)
        case 1: (first.1, inlined) = (number, 2)
        case ..<JobLimits.scopesMax: others = (others ?? []) + [number]
        default: break
        }
    }

    static func == (left: ScopeList, right: ScopeList) -> Bool {
        left.first == right.first && left.inlined == right.inlined && left.others == right.others
    }
}
