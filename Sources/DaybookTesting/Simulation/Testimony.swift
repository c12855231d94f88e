internal import Daybook
internal import DaybookModel

/// What clients and handlers of a simulation saw: the oracle believes them and the log, and nobody else.
///
/// Unchecked because everything here happens on the simulation's one thread.
final class Testimony: @unchecked Sendable {
    /// A job that a client asked for. Its number stands in the arguments.
    struct Ask {
        var key: String?
        var requestID: String?
        /// The first of those that were asked for together, if there were several.
        var group: Int?
        /// The first of those of a call that is written in parts.
        var call: Int?
        var answer = Answered.nothing
    }

    enum Answered: Equatable {
        /// The client died before it heard anything.
        case nothing
        case created(SequenceNumber)
        case duplicate(SequenceNumber)
        case refused
        /// The client was told that nobody knows, or that it failed.
        case unknown
    }

    /// How a run ended, as its handler saw it.
    enum Ending: Equatable {
        case running, returned, failed, snoozed, cancelled, stopped, abandoned
    }

    /// A step that a run began to do.
    struct Step {
        let job: SequenceNumber
        let name: String
        let token: SequenceNumber
    }

    private(set) var asks: [Ask] = []
    private(set) var steps: [Step] = []
    /// Batches that were acknowledged.
    var batches: [SequenceNumber] = []
    /// Whether the limits are set that all jobs come under.
    var hasLimits = false
    /// By the claim's token.
    private(set) var runs: [SequenceNumber: Ending] = [:]

    func ask(key: String? = nil, requestID: String? = nil, group: Int? = nil, call: Int? = nil) -> Int {
        asks.append(Ask(key: key, requestID: requestID, group: group, call: call))
        return asks.count - 1
    }

    func answer(_ number: Int, _ answered: Answered) { asks[number].answer = answered }
    func begin(step name: String, of job: SequenceNumber, _ token: SequenceNumber) {
        steps.append(Step(job: job, name: name, token: token))
    }
    func begin(_ token: SequenceNumber) { runs[token] = .running }
    func end(_ token: SequenceNumber, _ ending: Ending) { runs[token] = ending }
}
