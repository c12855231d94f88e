public import Daybook
internal import DaybookLog
internal import DaybookModel

/// A job as a test finds it in the log.
public struct FoundJob<J: Job>: Sendable {
    /// Its number.
    public let id: JobID
    /// With its arguments.
    public let job: J
    /// Where it waits or waited.
    public let queue: String
    /// Where it stands; nil if it has been deleted.
    public let state: JobState?
    /// When it was to run, if not at once.
    public let due: Instant?
}

/// What a test expected and did not find. Thrown, so that any test library shows it.
public struct UnmetExpectation: Error, CustomStringConvertible {
    /// What was expected and what is there.
    public let description: String
}

extension TestEngine {
    /// All jobs of a type that were ever enqueued, in order.
    public func jobs<J: Job>(_ type: J.Type) throws -> [FoundJob<J>] {
        try storage.read { log in
            var found: [FoundJob<J>] = []
            try log.events(from: 1) { sequence, value in
                let event = try Event(value, at: sequence)
                guard case .created(let box) = event.body, box.value.name == J.jobName else { return true }
                let job = try JSON.decode(J.self, from: box.value.arguments)
                found.append(
                    FoundJob(
                        id: JobID(rawValue: sequence), job: job, queue: box.value.queue,
                        state: try Books.storedJob(sequence, in: log)?.state, due: box.value.due))
                return true
            }
            return found
        }
    }

    /// Throws unless a job of the type was enqueued that is as described. Answers the latest such job.
    @discardableResult
    public func expectEnqueued<J: Job>(
        _ type: J.Type, where isAsExpected: (J) -> Bool = { _ in true }
    ) throws -> FoundJob<J> {
        let all = try jobs(type)
        guard let job = all.last(where: { isAsExpected($0.job) }) else {
            throw unmet("a job \(J.jobName) as described was not enqueued", all)
        }
        return job
    }

    /// Throws if a job of the type was enqueued that is as described.
    public func expectNotEnqueued<J: Job>(_ type: J.Type, where isUnwanted: (J) -> Bool = { _ in true }) throws {
        let all = try jobs(type)
        guard all.contains(where: { isUnwanted($0.job) }) else { return }
        throw unmet("a job \(J.jobName) was enqueued that should not have been", all)
    }

    /// Throws unless a job stands there.
    public func expect(_ id: JobID, is state: JobState) throws {
        let found = try engine.state(of: id)
        guard found != state else { return }
        throw UnmetExpectation(description: "Job \(id) is \(found?.name ?? "gone"), not \(state.name).")
    }

    private func unmet<J: Job>(_ what: String, _ all: [FoundJob<J>]) -> UnmetExpectation {
        // A test's own arguments may be shown to whoever runs the test.
        let list = all.isEmpty ? "There are none." : "There are: " + all.map { "\($0.job)" }.joined(separator: ", ")
        return UnmetExpectation(description: "Expected otherwise: \(what). \(list)")
    }
}
