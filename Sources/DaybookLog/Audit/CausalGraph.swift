// What led to a job and what came of it.
//
// Back, every event names the one that led to it, so the way to the beginning is a chain of look-ups. Forward nothing
// leads: effects are found in one pass over the log from the job's creation on. An effect always stands behind its
// cause, so when an event is met whose cause belongs to the tree, the tree already knows it.

package import DaybookModel

package struct CausalGraph {
    /// A job that came of another, or began because of it.
    package struct Effect {
        package let job: SequenceNumber
        /// The event by which it was touched: its creation, the word that what it waited for has ended, and so on.
        package let by: SequenceNumber
        package let kind: EventKind?
        /// The event of the other job that led to that.
        package let cause: SequenceNumber
        package fileprivate(set) var effects: [Effect] = []
    }

    /// From what led to the job's creation back to the beginning.
    package let causes: [LoggedEvent]
    /// Whether there are more causes than are told.
    package var areCausesCut: Bool { causes.count >= CausalGraph.causesMax }
    /// What it was to wait for.
    package let dependencies: [Dependency]
    package let history: [LoggedEvent]
    package let effects: [Effect]
    /// Whether there are more effects than are told.
    package let isCut: Bool

    /// A tree of more jobs is for programs to walk, not for people to read.
    package static let jobsMax = 1_000
    private static let causesMax = 1_000

    package init(
        of job: SequenceNumber, in storage: any LogStorage,
        progress: (_ position: SequenceNumber, _ total: SequenceNumber) -> Void = { _, _ in }
    ) throws {
        history = try storage.history(of: job) { progress($0, 0) }
        guard let creation = history.first else {
            throw LogError(.notFound, "There is no job \(job) in the log.")
        }
        causes = try storage.read { try CausalGraph.causes(of: creation, $0) }
        if case .created(let created) = creation.event.body {
            dependencies = created.value.after
        } else {
            dependencies = []
        }
        var walk = EffectWalk(of: job)
        let last = try storage.read { try $0.last }
        while walk.next <= last, !walk.isDone, !walk.isFull {
            progress(walk.next, last)
            try storage.read { try walk.goOn(through: last, in: $0) }
        }
        effects = walk.tree(of: job)
        isCut = walk.isFull
    }

    private static func causes(of creation: LoggedEvent, _ log: any LogSnapshot) throws -> [LoggedEvent] {
        var found: [LoggedEvent] = []
        var current = creation
        while current.event.cause != 0, found.count < causesMax {
            guard let cause = try log.logged(current.event.cause) else { break }
            found.append(cause)
            // What led to a job's event is told by how that job began.
            let isOfOther = cause.event.job != 0 && cause.event.job != current.event.job
            current = isOfOther ? try log.logged(cause.event.job) ?? cause : cause
        }
        return found
    }
}

extension LogSnapshot {
    fileprivate func logged(_ sequence: SequenceNumber) throws -> LoggedEvent? {
        try event(sequence) { LoggedEvent(try Event($0, at: sequence, withPayload: false), at: sequence) }
    }
}

/// The pass over the log that finds effects.
private struct EffectWalk {
    private(set) var next: SequenceNumber
    private(set) var isDone = false
    /// By the job that an effect came of.
    private var effects: [SequenceNumber: [CausalGraph.Effect]] = [:]
    /// The job to which an event of the tree belongs; those of no job belong to the one that led to them.
    private var owners: [SequenceNumber: SequenceNumber] = [:]
    private var jobs: Set<SequenceNumber>

    private static let stretch: SequenceNumber = 65_536

    init(of job: SequenceNumber) {
        next = job
        jobs = [job]
    }

    var isFull: Bool { jobs.count > CausalGraph.jobsMax }

    mutating func goOn(through last: SequenceNumber, in log: any LogSnapshot) throws {
        let end = last - next < EffectWalk.stretch ? last : next + EffectWalk.stretch - 1
        // The first behind the stretch: where numbers were left out it is far away.
        var further = last
        try log.events(from: next) { sequence, value in
            guard sequence <= end, !isFull else {
                further = sequence
                return false
            }
            try EventChecksum.require(value, at: sequence)
            visit(try EventHead(value, at: sequence), sequence)
            return true
        }
        isDone = end == last
        if !isDone { next = max(end + 1, further) }
    }

    private mutating func visit(_ head: EventHead, _ sequence: SequenceNumber) {
        let owner = head.cause == 0 ? nil : owners[head.cause]
        if let owner, head.job != 0, head.job != owner, jobs.insert(head.job).inserted {
            effects[owner, default: []].append(
                CausalGraph.Effect(
                    job: head.job, by: sequence, kind: EventKind(rawValue: head.kind), cause: head.cause))
        }
        if jobs.contains(head.job) {
            owners[sequence] = head.job
        } else if let owner, head.job == 0 {
            owners[sequence] = owner
        }
    }

    func tree(of job: SequenceNumber) -> [CausalGraph.Effect] {
        (effects[job] ?? []).map { effect in
            var effect = effect
            effect.effects = tree(of: effect.job)
            return effect
        }
    }
}
