/// How a scope stands: who runs, how many wait, and who stands in the ready index for it.
package struct LimitState: Equatable, Sendable {
    package struct Candidate: Equatable, Sendable {
        let lane: UInt64
        let job: SequenceNumber
    }

    /// Jobs that have a slot.
    package var held: UInt32 = 0
    package var waiting: UInt64 = 0
    /// For each queue and priority as many as the limit has turns, so mostly one: who is let through takes a turn among
    /// all that is ready. The first is kept apart from a list that would have to be made anew for each job.
    private var candidate: Candidate?
    private var others: [Candidate] = []

    var isEmpty: Bool { held == 0 && waiting == 0 && candidate == nil }

    // MARK: Candidates

    func hasCandidate(_ lane: UInt64) -> Bool {
        candidate?.lane == lane || !others.isEmpty && others.contains { $0.lane == lane }
    }

    /// Whether somebody besides the job itself stands in the ready index for its queue and priority.
    func hasCandidate(_ lane: UInt64, besides job: SequenceNumber) -> Bool {
        guard let candidate else { return false }
        return candidate.lane == lane && candidate.job != job || others.contains { $0.lane == lane && $0.job != job }
    }

    /// Whether an older one than the job stands in the ready index for its queue and priority.
    func hasCandidate(_ lane: UInt64, before job: SequenceNumber) -> Bool {
        guard let candidate else { return false }
        return candidate.lane == lane && candidate.job < job || others.contains { $0.lane == lane && $0.job < job }
    }

    /// A younger one than the job that stands in the ready index for its queue and priority.
    func candidate(of lane: UInt64, behind job: SequenceNumber) -> SequenceNumber? {
        if let candidate, candidate.lane == lane, candidate.job > job { return candidate.job }
        return others.first { $0.lane == lane && $0.job > job }?.job
    }

    /// Whether one more of a lane may stand in the ready index: as many as the rule has turns, and beyond the first
    /// only those who would find a slot.
    func hasTurn(_ lane: UInt64, under rule: Limit?) -> Bool {
        guard hasCandidate(lane) else { return true }
        guard let turns = rule?.weight, turns > 1, hasSlot(rule, beside: candidateCount) else { return false }
        return (candidate?.lane == lane ? 1 : 0) + others.count { $0.lane == lane } < turns
    }

    private var candidateCount: UInt32 { UInt32((candidate == nil ? 0 : 1) + others.count) }

    mutating func addCandidate(_ lane: UInt64, _ job: SequenceNumber) {
        let new = Candidate(lane: lane, job: job)
        if candidate == nil { candidate = new } else { others.append(new) }
    }

    mutating func removeCandidate(_ job: SequenceNumber) {
        if !others.isEmpty { others.removeAll { $0.job == job } }
        guard candidate?.job == job else { return }
        candidate = others.isEmpty ? nil : others.removeFirst()
    }

    /// The candidates as the dump shows them.
    package var candidateText: String {
        guard let candidate else { return "" }
        return ([candidate] + others).map { "\($0.lane):\($0.job)" }.joined(separator: " ")
    }

    /// Whether one more may run at once, beside `more` that are about to.
    func hasSlot(_ limit: Limit?, beside more: UInt32 = 0) -> Bool {
        guard let concurrency = limit?.concurrency else { return true }
        return Int(held) + Int(more) < concurrency
    }

    // MARK: Its row

    init() {}

    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 12, (bytes.count - 12) % 16 == 0 else { return nil }
        func load<T: FixedWidthInteger>(_ offset: Int, as type: T.Type = T.self) -> T {
            T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
        }
        held = load(0)
        waiting = load(4)
        for offset in stride(from: 12, to: bytes.count, by: 16) { addCandidate(load(offset), load(offset + 8)) }
    }

    package func encoded() -> [UInt8] { withBytes { Array($0) } }

    /// Calls `body` with its row, or with nil where there is nothing to say.
    func withRow<R>(_ body: (UnsafeRawBufferPointer?) throws -> R) rethrows -> R {
        isEmpty ? try body(nil) : try withBytes(body)
    }

    private func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        let count = 12 + 16 * (candidate == nil ? 0 : 1 + others.count)
        return try withUnsafeTemporaryAllocation(byteCount: count, alignment: 4) { row in
            func store<T: FixedWidthInteger>(_ value: T, at offset: Int) {
                row.storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
            }
            store(held, at: 0)
            store(waiting, at: 4)
            if let candidate {
                store(candidate.lane, at: 12)
                store(candidate.job, at: 20)
            }
            for (index, other) in others.enumerated() {
                store(other.lane, at: 28 + 16 * index)
                store(other.job, at: 36 + 16 * index)
            }
            return try body(UnsafeRawBufferPointer(row))
        }
    }
}
