/// Several jobs that come into being in one commit or not at all.
extension Books {
    /// What one commit may hold at most, so that nobody else waits long for it.
    package static let jobsTogetherMax = 10_000
    package static let bytesTogetherMax = 4 << 20
    /// What one call may hold at most, in several commits.
    package static let jobsInCallMax = 1_000_000

    mutating func enqueueTogether(
        _ jobs: [Box<Created>], _ onConflict: ConflictPolicy,
        among surroundings: Surroundings = .none, _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        if let refusal = Books.refusal(together: jobs) { return .refused(refusal) }
        let before = decision.events.count
        var answers: [Answer] = []
        answers.reserveCapacity(jobs.count)
        var surroundings = surroundings
        let refersToEachOther = jobs.contains { !$0.value.after.isEmpty }
        for (index, job) in jobs.enumerated() {
            let answer = try enqueue(job, onConflict, among: surroundings, &decision, in: ledgers)
            if refersToEachOther { surroundings.add(answer, decision) }
            if case .refused(let refusal) = answer {
                decision.cut(to: before)
                return .refused(Refusal(refusal, of: index, among: jobs.count))
            }
            answers.append(answer)
        }
        return .together(answers)
    }

    /// What is wrong with jobs that come together, beside what may be wrong with each. The books know none of them
    /// yet, so they could not say that two have the same key.
    static func refusal(together jobs: [Box<Created>]) -> Refusal? {
        let bytes = jobs.argumentByteCount
        guard jobs.count <= jobsTogetherMax, bytes <= bytesTogetherMax else {
            return Refusal(
                .badOption,
                "\(jobs.count) jobs with \(bytes) bytes of arguments are too many for one commit: at most "
                    + "\(jobsTogetherMax) jobs and \(bytesTogetherMax) bytes.")
        }
        return refusalOfTwins(among: jobs)
    }

    /// Two with the same key or request id.
    package static func refusalOfTwins(among jobs: [Box<Created>]) -> Refusal? {
        var keys: Set<String> = []
        var requests: Set<String> = []
        for (index, job) in jobs.enumerated() {
            if let key = job.value.key, !keys.insert(key).inserted {
                return Refusal(
                    Refusal(.alreadyThere, "Another of these jobs has the key \(key)."), of: index, among: jobs.count)
            }
            if let request = job.value.requestID, !requests.insert(request).inserted {
                return Refusal(
                    Refusal(.alreadyThere, "Another of these jobs has the request id \(request)."), of: index,
                    among: jobs.count)
            }
        }
        return nil
    }
}

extension [Box<Created>] {
    package var argumentByteCount: Int { reduce(0) { $0 + $1.value.arguments.count } }
}
