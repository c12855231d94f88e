// Numbers behind a backup's last may have been handed out by the store that was lost: somebody may hold one and ask
// for it. If it named another job by then, nobody would notice. So a restored store leaves numbers out: in the place of
// each stands a `gap`. How many, the lost store tells, if anything is left of it, or whoever knows. Else it is a guess:
// twice as many as were written in as much time before the backup as has passed since it was made.

internal import DaybookLMDB
internal import DaybookModel

struct LostNumbers {
    /// The numbers through this one are left out.
    let end: SequenceNumber
    /// Whether somebody knew, or the lost store itself said so.
    let isKnown: Bool

    /// As gaps take room, and few are numbers of hundreds of millions that were not mistyped.
    static let countMax: UInt64 = 1 << 24
    static let note = "restored from a backup"
    private static let guessMin: UInt64 = 1 << 10
    private static let guessMax: UInt64 = 1 << 20

    init(
        behind last: SequenceNumber, of log: any LogSnapshot, handedOut: SequenceNumber?, lost: LostStore?,
        at now: Instant
    ) throws {
        if let handedOut {
            guard handedOut >= last else {
                throw LogError(
                    .badInput,
                    """
                    The backup itself has handed out number \(last), so \(handedOut) cannot be the highest that was \
                    (--handed-out). Leave it out if you do not know.
                    """)
            }
            try LostNumbers.requireFew(handedOut, behind: last)
        }
        let known = max(handedOut ?? 0, lost?.last ?? 0, last)
        isKnown = handedOut != nil || lost?.isEndKnown == true
        end = isKnown ? known : max(known, last + (try LostNumbers.guess(last, of: log, at: now)))
    }

    static func requireFew(_ handedOut: SequenceNumber, behind last: SequenceNumber) throws {
        guard handedOut > last, handedOut - last > countMax else { return }
        throw LogError(
            .badInput,
            """
            Number \(handedOut) lies \(handedOut - last) behind the last event, \(last); for each of them a gap would \
            be written, and more than \(countMax) are not. Look whether it is a number of this store.
            """)
    }

    private static func guess(_ last: SequenceNumber, of log: any LogSnapshot, at now: Instant) throws -> UInt64 {
        guard let end = try log.event(last, { try EventHead($0, at: last).time }) else { return guessMin }
        let passed = max(0, now.microseconds.subtractingReportingOverflow(end.microseconds).partialValue)
        let (since, isLong) = end.microseconds.subtractingReportingOverflow(passed)
        var count: UInt64 = 0
        do {
            try log.eventsBackward(from: last) { sequence, value in
                guard count < guessMax / 2, try isLong || EventHead(value, at: sequence).time.microseconds > since
                else {
                    return false
                }
                count += 1
                return true
            }
        } catch let error as LogError where error.code == .notFound || error.code == .damaged {
            // What lies in an archive that is not there, or not whole, cannot be counted.
        }
        return min(max(2 * count, guessMin), guessMax)
    }
}

/// What is left of the store that a backup takes the place of.
struct LostStore {
    /// The last event that can be found.
    let last: SequenceNumber
    /// Whether its file says how many events were committed.
    let isEndKnown: Bool

    init(in path: String, of identity: [UInt8], _ control: CopyControl) throws {
        try StoreFolder.requireNobodyWrites(try FolderDescriptor(opening: path))
        let file = try StoreFolder.damagedFile(in: path)
        let found = try Scavenger(file, DamagedLedgers(file, control), control).run()
        guard found.identity == nil || found.identity == identity else {
            throw LogError(
                .badInput,
                "\(path) is not the store that the backup was made of; give the folder that was lost (--lost).")
        }
        guard let last = found.lastCommitted ?? found.pages.map(\.last).max() else {
            throw LogError(
                .badInput,
                """
                No event can be read in \(path), so it does not tell which numbers were handed out. Leave --lost out, \
                or say the highest number that is known with --handed-out.
                """)
        }
        self.last = last
        isEndKnown = found.lastCommitted != nil
    }
}
