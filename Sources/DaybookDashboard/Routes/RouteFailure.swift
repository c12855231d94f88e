internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Why a route does not do what it was asked for: a status for programs and a sentence for people.
struct RouteFailure: Error, Equatable, Sendable {
    let status: Int
    /// As programs are told it.
    let sentence: String
    var fields: [HTTPField] = []
    /// Of which kind it is, if it is the engine that refuses.
    var code: ProblemCode?

    init(_ status: Int, _ sentence: String, _ fields: [HTTPField] = []) {
        self.status = status
        self.sentence = sentence
        self.fields = fields
    }

    static func badCall(_ sentence: String) -> RouteFailure { RouteFailure(400, sentence) }
    static let notFound = RouteFailure(404, Texts.Refused.nothingHere)
    static func forbidden(_ sentence: String) -> RouteFailure { RouteFailure(403, sentence) }
    static func tooMany(_ sentence: String, retryAfterSeconds: Int) -> RouteFailure {
        RouteFailure(429, sentence, [HTTPField("retry-after", "\(retryAfterSeconds)")])
    }

    /// As pages say it.
    var words: String { code.map { Texts.problem($0, sentence) } ?? sentence }

    /// What errors from below mean to whoever asked.
    init(_ error: any Error) {
        switch error {
        case let failure as RouteFailure: self = failure
        case let refusal as Refusal: self.init(refusal)
        case let refusal as RunRefusal:
            self.init(refusal.code == .tooLarge ? 413 : 409, .run(refusal.code), refusal.description)
        case let error as LogError: self.init(error)
        case is CancellationError: self.init(503, Texts.Refused.serverStops)
        default: self.init(500, Texts.Refused.wentWrong)
        }
    }

    private init(_ error: LogError) {
        let status: Int? =
            switch error.code {
            case .diskFull: 507
            case .badInput: 400
            case .notFound: 404
            // It would be right, were it not for how things stand, and that is told to whoever may do it.
            case .refused: 409
            case .damaged, .upgraded, .unusable, .headMoved, .unknownOutcome, .keyRefused, .stopped: nil
            }
        // What went wrong inside is for the log of the process and not for whoever is at the other end.
        guard let status else {
            self.init(503, Texts.Refused.storeUnusable)
            return
        }
        self.init(status, .log(error.code), error.description)
    }

    private init(_ status: Int, _ code: ProblemCode, _ sentence: String) {
        self.init(status, sentence)
        self.code = code
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
        self.init(status, .refusal(refusal.code), refusal.description)
    }
}

/// Of which kind an error of the engine is: what pages word it by.
enum ProblemCode: Hashable, Sendable {
    case refusal(Refusal.Code)
    case run(RunRefusal.Code)
    case log(LogError.Code)
}
