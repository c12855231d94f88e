internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Up to where somebody has read the log: the number of an event, or its position, which has a checksum of what stood
/// there and so does not pass for a place in a log that was restored from an older backup and has grown since.
struct KeptPlace: Sendable {
    let sequence: SequenceNumber
    private let position: LogPosition?

    /// One less than there can be, so that the next one is a number, too.
    private static let sequenceMax = SequenceNumber(Int64.max - 1)

    /// Nil for what nobody can have been told.
    init?(_ text: String) {
        if let position = LogPosition(text), position.sequence <= KeptPlace.sequenceMax {
            self.position = position
            sequence = position.sequence
        } else {
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = SequenceNumber(text),
                number <= KeptPlace.sequenceMax
            else { return nil }
            position = nil
            sequence = number
        }
    }

    static func given(_ call: RouteCall) throws(RouteFailure) -> KeptPlace? {
        guard let text = try call.query.value("after") else { return nil }
        guard let place = KeptPlace(text) else {
            throw .badCall("after has to be the number of an event, or its position as an answer had it.")
        }
        return place
    }

    /// Behind what the listener was told before its connection broke, else where it asks for; nil for from now on.
    /// Browsers say the one by themselves, and go on asking for the other, which is long past by then.
    static func listenedFrom(_ call: RouteCall) throws(RouteFailure) -> KeptPlace? {
        let asked = try given(call)
        return call.request["last-event-id"].flatMap { KeptPlace($0) } ?? asked
    }

    /// Refuses a log that does not come so far, or has another event in that place: who went on from there would miss
    /// what it has instead of what he has read.
    func require(in engine: JobEngine) throws {
        try engine.present.read { log in
            let end = try log.last
            guard sequence <= end else {
                throw RouteFailure(
                    409,
                    """
                    The log ends with event \(end), before event \(sequence): the store was restored from an older \
                    backup, or it is another store. Begin anew from its first event, or from where it was restored.
                    """)
            }
            // What is in an archive that is elsewhere tells nothing.
            guard let position, try log.eventAtHand(sequence, { _ in true }) == true else { return }
            do {
                try position.require(in: log)
            } catch let error as LogError where error.code == .notFound {
                throw RouteFailure(409, error.description)
            }
        }
    }

    /// What to keep of having read up to these events.
    static func positions(of events: [SequenceNumber], in engine: JobEngine) throws -> [String] {
        try engine.present.read { log in
            try events.map { sequence in
                guard sequence > 0 else { return LogPosition.start.description }
                return try log.eventAtHand(sequence) { LogPosition(sequence, $0).description } ?? "\(sequence)"
            }
        }
    }
}
