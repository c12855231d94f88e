/// Jobs that are to run after others.
extension Books {
    /// What became of one of those that are enqueued together.
    struct Sibling {
        let job: SequenceNumber
        /// Set if it came to its end at once, or is this decision's own doing otherwise; nil if the books know it.
        var end: Dependency.End?
        let isNew: Bool
    }

    /// What the rest of a decision knows and the books do not yet.
    struct Surroundings {
        /// The job whose success leads to the new one.
        var ending: SequenceNumber = 0
        var success: SequenceNumber = 0
        var siblings: [Sibling] = []
        /// The batch that comes into being with them, and the one that it is inside of.
        var batch: SequenceNumber = 0
        var outer: SequenceNumber = 0

        static let none = Surroundings()

        /// Notes what one of several was answered. The decision's last event is about it.
        mutating func add(_ answer: Answer, _ decision: Decision) {
            switch answer {
            case .created(let job):
                var end: Dependency.End?
                if let last = decision.events.last, case .cancelled = last.body {
                    end = Dependency.End(.cancelled, at: decision.next - 1)
                }
                siblings.append(Sibling(job: job, end: end, isNew: true))
            case .duplicate(let job, _): siblings.append(Sibling(job: job, end: nil, isNew: false))
            default: break
            }
        }
    }

    /// What a new job waits for, with what has ended already.
    mutating func resolve(
        _ dependencies: [Dependency], among surroundings: Surroundings, in ledgers: any Ledgers
    ) throws -> Result<[Dependency], Refusal> {
        guard dependencies.count <= Dependency.parentsMax else { return .failure(.tooManyParents) }
        var seen: Set<SequenceNumber> = []
        var resolved: [Dependency] = []
        for dependency in dependencies {
            let found: Dependency
            switch dependency.parent {
            case .sibling(let index):
                guard surroundings.siblings.indices.contains(index) else { return .failure(.laterSibling) }
                let sibling = surroundings.siblings[index]
                let end = try sibling.isNew ? sibling.end : end(of: sibling.job, in: ledgers)
                found = Dependency(.job(sibling.job), dependency.condition, end: end)
            case .job(let job) where job == surroundings.ending && job != 0:
                found = Dependency(
                    .job(job), dependency.condition, end: .init(.succeeded, at: surroundings.success))
            case .job(let job):
                guard try self.job(job, in: ledgers) != nil else {
                    if let batch = try batches.record(job, in: ledgers) {
                        let end = batch.standing.isEnded ? Dependency.End(batch.standing.jobState, at: batch.last) : nil
                        found = Dependency(.job(job), dependency.condition, end: end)
                        break
                    }
                    // Whoever found its end in the log brings it along.
                    guard dependency.end != nil else { return .failure(.noSuchParent(job)) }
                    found = dependency
                    break
                }
                found = Dependency(.job(job), dependency.condition, end: try end(of: job, in: ledgers))
            }
            guard case .job(let job) = found.parent, seen.insert(job).inserted else { return .failure(.parentTwice) }
            resolved.append(found)
        }
        return .success(resolved)
    }

    private mutating func end(of job: SequenceNumber, in ledgers: any Ledgers) throws -> Dependency.End? {
        guard let record = try self.job(job, in: ledgers), record.state.isFinished else { return nil }
        return Dependency.End(record.state, at: record.last)
    }

    /// The first condition that can no longer be met.
    static func unmet(_ dependencies: [Dependency]) -> String? {
        for dependency in dependencies {
            guard case .job(let job) = dependency.parent, let state = dependency.end?.state,
                dependency.condition.isMet(by: state) == false
            else { continue }
            return Dependency.reason(job, dependency.condition, state)
        }
        return nil
    }
}

extension Refusal {
    static let tooManyParents = Refusal(
        .badOption, "A job can wait for \(Dependency.parentsMax) others; let some of them be waited for by one between."
    )
    static let laterSibling = Refusal(
        .badOption,
        "It is to run after a job that stands behind it, or after itself: put each job behind those that it waits for.")
    static let parentTwice = Refusal(.badOption, "It is to run after the same job twice; say one condition for it.")

    package static func noSuchParent(_ job: SequenceNumber) -> Refusal {
        Refusal(.noSuchParent, "There is no job \(job) to wait for; `daybook jobs list` shows those that there are.")
    }
}
