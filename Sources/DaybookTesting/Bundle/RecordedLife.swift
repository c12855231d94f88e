internal import DaybookLog
internal import DaybookModel

/// The events of one job, each naming the one before it.
struct RecordedLife {
    let job: SequenceNumber
    let process: SequenceNumber
    let time: Instant
    var previous: SequenceNumber = 0
    var attempt: UInt32 = 0
    var token: SequenceNumber = 0

    mutating func claim(_ attempt: UInt32, _ turn: inout Turn) throws {
        self.attempt = attempt
        token = turn.last + 1
        try record(.claimed, &turn)
    }

    /// A run that failed, and after which the job was ready again at once.
    mutating func fail(_ attempt: UInt32, _ turn: inout Turn) throws {
        try claim(attempt, &turn)
        try record(.attemptFailed(Box(AttemptFailed.recorded)), &turn)
    }

    mutating func record(_ body: EventBody, _ turn: inout Turn) throws {
        previous = try turn.record(
            Event(
                time: time, job: job, previous: previous, attempt: attempt, token: token,
                actor: token == 0 ? .system : .process(process), body: body))
    }
}

extension AttemptFailed {
    fileprivate static let recorded = AttemptFailed(
        due: nil, reason: "recorded", errorType: "", ranMicroseconds: 0, salt: 0, error: "")
}
