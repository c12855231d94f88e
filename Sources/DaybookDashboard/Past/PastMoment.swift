internal import DaybookLog
internal import DaybookModel

/// Which moment of the past somebody asks for: after an event, or at an instant.
enum PastMoment: Hashable, Sendable {
    case event(SequenceNumber)
    case instant(Instant)

    /// As it stands in an address: an event's number, or an instant, which is in UTC unless it names its zone.
    init(_ text: String) throws(RouteFailure) {
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            guard let sequence = SequenceNumber(text), sequence > 0, sequence <= SequenceNumber(Int64.max) else {
                throw .badCall(Texts.Refused.badMoment)
            }
            self = .event(sequence)
        } else {
            self = .instant(try JobActions.instant(text))
        }
    }

    var text: String {
        switch self {
        case .event(let sequence): "\(sequence)"
        case .instant(let instant): instant.iso8601()
        }
    }

    var point: ReplayPoint {
        switch self {
        case .event(let sequence): .sequence(sequence)
        case .instant(let instant): .instant(instant)
        }
    }
}

/// A store as it was at a moment.
struct PastView: Sendable {
    let moment: PastMoment
    let storage: PastStorage
    /// The last event that it knows of.
    let sequence: SequenceNumber
    /// What its clock shows: ages and what is late are counted from here.
    let now: Instant

    init(_ moment: PastMoment, _ storage: PastStorage) throws {
        self.moment = moment
        self.storage = storage
        let sequence = storage.heading.sequence
        self.sequence = sequence
        switch moment {
        case .instant(let instant): now = instant
        case .event:
            now = try storage.read { try $0.event(sequence) { try EventHead($0, at: sequence).time } } ?? .epoch
        }
    }
}
