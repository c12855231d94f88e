internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Why a route does not do what it was asked for: a status for programs and a sentence for people.
struct RouteFailure: Error, Equatable, Sendable {
    let status: Int
    let sentence: String
    var fields: [HTTPField] = []

    init(_ status: Int, _ sentence: String, _ fields: [HTTPField] = []) {
        self.status = status
        self.sentence = sentence
        self.fields = fields
    }

    static func badCall(_ sentence: String) -> RouteFailure { RouteFailure(400, sentence) }
    static let notFound = RouteFailure(404, "There is nothing here.")
    static func forbidden(_ sentence: String) -> RouteFailure { RouteFailure(403, sentence) }
    static func tooMany(_ sentence: String, retryAfterSeconds: Int) -> RouteFailure {
        RouteFailure(429, sentence, [HTTPField("retry-after", "\(retryAfterSeconds)")])
    }

    /// What errors from below mean to whoever asked.
    init(_ error: any Error) {
        switch error {
        case let failure as RouteFailure: self = failure
        case let refusal as Refusal: self.init(refusal)
        case let refusal as RunRefusal: self.init(refusal.code == .tooLarge ? 413 : 409, refusal.description)
        case let error as LogError where error.code == .diskFull: self.init(507, error.description)
        case let error as LogError where error.code == .badInput: self.init(400, error.description)
        case let error as LogError where error.code == .notFound: self.init(404, error.description)
        case is CancellationError: self.init(503, "The server is stopping.")
        // What went wrong inside is for the log of the process and not for whoever is at the other end.
        case is LogError: self.init(503, "The store cannot be used now; run `daybook doctor`.")
        default: self.init(500, "Something went wrong here; run `daybook doctor`.")
        }
    }

    private init(_ refusal: Refusal) {
        let status =
            switch refusal.code {
            case .badName, .badOption: 400
            case .argumentsTooLarge: 413
            case .noSuchJob, .noSuchProcess, .noSuchRecurring, .noSuchBatch: 404
            case .wrongState, .alreadyThere, .changedMeanwhile, .noSuchParent: 409
            case .diskFull: 507
            case .outdated: 503
            }
        self.init(status, refusal.description)
    }
}
