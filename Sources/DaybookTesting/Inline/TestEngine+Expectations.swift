public import Daybook
internal import DaybookLog
internal import DaybookModel

/// A job as a test finds it in the log.
public struct FoundJob<J: JobArguments>: Sendable {
    /// Its number.
    public let id: JobID
    /// With its arguments, in the form that they have now.
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
    /// All jobs of a type that were ever enqueued, in order. Arguments of an older version are read as a worker would
    /// read them, through the type's upcasts; a job whose arguments the type cannot read is left out.
    public func jobs<J: JobArguments>(_ type: J.Type) throws -> [FoundJob<J>] { try search(type).found }

    /// Throws unless a job of the type was enqueued that is as described. Answers the latest such job.
    @discardableResult
    public func expectEnqueued<J: JobArguments>(
        _ type: J.Type, where isAsExpected: (J) -> Bool = { _ in true }
    ) throws -> FoundJob<J> {
        let search = try search(type)
        guard let job = search.found.last(where: { isAsExpected($0.job) }) else {
            throw search.unmet("a job \(J.jobName) as described was not enqueued")
        }
        return job
    }

    /// Throws if a job of the type was enqueued that is as described.
    public func expectNotEnqueued<J: JobArguments>(
        _ type: J.Type, where isUnwanted: (J) -> Bool = { _ in true }
    ) throws {
        let search = try search(type)
        guard search.found.contains(where: { isUnwanted($0.job) }) else { return }
        throw search.unmet("a job \(J.jobName) was enqueued that should not have been")
    }

    /// Throws unless a job stands there.
    public func expect(_ id: JobID, is state: JobState) throws {
        let found = try engine.state(of: id)
        guard found != state else { return }
        throw UnmetExpectation(description: "Job \(id) is \(found?.name ?? "gone"), not \(state.name).")
    }

    private func search<J: JobArguments>(_ type: J.Type) throws -> JobSearch<J> {
        var search = try JobSearch(of: type)
        try storage.read { log in
            try log.events(from: 1) { sequence, value in
                let event = try Event(value, at: sequence)
                guard case .created(let box) = event.body, box.value.name == J.jobName else { return true }
                search.add(box.value, sequence, try Books.storedJob(sequence, in: log)?.state)
                return true
            }
        }
        return search
    }
}

/// The jobs of a type in a log: those that the type can read, and what is known of the others.
private struct JobSearch<J: JobArguments> {
    private(set) var found: [FoundJob<J>] = []
    private var unread: [(job: SequenceNumber, version: Int)] = []
    private let reader: ArgumentsReader<J>

    init(of type: J.Type) throws { reader = try ArgumentsReader(of: type) }

    mutating func add(_ created: Created, _ sequence: SequenceNumber, _ state: JobState?) {
        guard let job = reader.read(created) else { return unread.append((sequence, created.version)) }
        found.append(
            FoundJob(
                id: JobID(rawValue: sequence), job: job, queue: created.queue, state: state, due: created.due))
    }

    func unmet(_ what: String) -> UnmetExpectation {
        // A test's own arguments may be shown to whoever runs the test.
        let list = found.isEmpty ? "There are none" : "There are: " + found.map { "\($0.job)" }.joined(separator: ", ")
        return UnmetExpectation(description: "Expected otherwise: \(what). \(list)\(leftOut).")
    }

    private var leftOut: String {
        guard !unread.isEmpty else { return "" }
        let versions = reader.versions
        let reads =
            versions.count == 1
            ? "version \(versions.upperBound)" : "versions \(versions.lowerBound) to \(versions.upperBound)"
        let jobs = unread.map { "job \($0.job) (version \($0.version))" }.joined(separator: ", ")
        return ". Left out, since \(J.self), which reads \(reads), cannot read them: \(jobs)"
    }
}
