internal import DaybookLog
internal import DaybookModel

/// What becomes of requests when a turn cannot do all of them: the disk is full, one of them fails, or a newer release
/// has written what this one does not understand.
extension TurnLoop {
    /// What can be done by a process that does not understand all that stands in the log: it ends what was begun.
    mutating func finish(_ requests: [WriteRequest]) throws -> Instant? {
        let left = requests.filter { !refuseFurther($0) }
        let room = TurnRoom(for: left, slots: 0, reserve)
        guard room == .everything else { return try complete(left, room) }
        _ = try commitOrSplit(Load(requests: left))
        nextDue = nil
        return held.isEmpty ? nil : nextTry
    }

    /// What can be done on a disk that is full.
    mutating func complete(_ requests: [WriteRequest], _ room: TurnRoom) throws -> Instant? {
        var left = requests.filter { !refuse($0) }[...]
        if room == .completing {
            _ = try commitOrSplit(Load(requests: Array(left)))
        } else {
            // Not all of it fits at once, but some may.
            while let next = left.first, TurnRoom(for: [next], slots: 0, reserve) != .nothing {
                left.removeFirst()
                do {
                    _ = try commitOrSplit(Load(requests: [next]))
                } catch {
                    fail(left, error)
                    throw error
                }
            }
            for request in left { hold(request) }
        }
        return nextTry
    }

    func fail(_ requests: ArraySlice<WriteRequest>, _ error: any Error) {
        for request in requests { request.reply?.resume(throwing: error) }
    }

    /// Refuses new work on a full disk. False for anything else.
    func refuse(_ request: WriteRequest) -> Bool {
        guard request.command.isNewWork else { return false }
        request.reply?.resume(returning: .refused(Refusal.diskFull))
        return true
    }

    /// Refuses what a process that does not understand all of the log must not begin. False for anything else.
    func refuseFurther(_ request: WriteRequest) -> Bool {
        guard let stranger, request.command.isFurtherWork else { return false }
        request.reply?.resume(returning: .refused(Refusal(stranger)))
        return true
    }

    /// Keeps what a worker has reported until there is room. Whoever waits for an answer is told instead.
    mutating func hold(_ request: WriteRequest) {
        guard let reply = request.reply else { return held.append(request) }
        reply.resume(
            throwing: LogError(
                .diskFull,
                "The disk is full, and even the reserve for what runs is used up. Free some space and try again."))
    }

    /// Runs the commands of a failed turn each in a transaction of its own: the offender is refused, its neighbours
    /// are not.
    mutating func oneByOne(_ requests: [WriteRequest]) throws {
        // What the turn was about besides, due jobs and claims, is tried again at the next look around.
        for (index, request) in requests.enumerated() {
            do {
                let (answer, range) = try writer.turn(now: clock.now()) { turn in
                    let before = turn.last
                    return (try turn.answer(request), (before + 1, turn.last, turn.byteCount))
                }
                news?.post(CommitNews.Turn(first: range.0, last: range.1, byteCount: range.2, nanoseconds: 0))
                request.reply?.resume(returning: answer)
            } catch  where TurnLoop.canGoOn(after: error) {
                refuse(request, error)
            } catch {
                fail(requests[index...], error)
                throw error
            }
        }
    }

    /// What could not be written alone. A worker that reported a result is not there to hear of it: if it was only for
    /// want of space, or of the key that it is to stand under, the result is kept until there is some.
    mutating func refuse(_ request: WriteRequest, _ error: any Error) {
        guard request.reply == nil else {
            request.reply?.resume(throwing: error)
            return
        }
        switch (error as? LogError)?.code {
        case .diskFull: held.append(request)
        case .keyRefused: keyless.append(request)
        default: break
        }
    }

    /// What workers have reported and could not be written yet. What lacks a key is tried once in a while, so that the
    /// turns between are as quick as without it.
    mutating func takeHeld(_ now: Instant) -> [WriteRequest] {
        defer { held = [] }
        guard !keyless.isEmpty else { return held }
        let left = keylessUntil.microseconds - now.microseconds
        // A clock that was put back does not lengthen the wait.
        guard left <= 0 || left > TurnLoop.keylessMicroseconds else { return held }
        defer { keyless = [] }
        keylessUntil = now.advanced(microseconds: TurnLoop.keylessMicroseconds)
        return held + keyless
    }

    private static let keylessMicroseconds: Int64 = 1_000_000

    /// After a commit that failed on its way to the disk nothing may be written by this process: what it knows may
    /// not be true.
    static func canGoOn(after error: any Error) -> Bool {
        guard !isAboutOneEvent(error), let error = error as? LogError else { return true }
        switch error.code {
        case .unknownOutcome, .unusable, .upgraded, .damaged: return false
        case .diskFull, .keyRefused, .headMoved, .badInput, .refused, .notFound, .stopped: return true
        }
    }

    /// Whether one event cannot be read and nothing is said about others.
    static func isAboutOneEvent(_ error: any Error) -> Bool {
        if error is EventDamage { return true }
        guard let error = error as? LogError else { return false }
        return error.code == .damaged && error.sequence != nil
    }
}

extension Turn {
    /// What follows from each command.
    mutating func answers(_ requests: [WriteRequest]) throws -> [Answer] {
        var answers: [Answer] = []
        answers.reserveCapacity(requests.count)
        // Where they lie: a loop over the list would hold on to each of them.
        try requests.withUnsafeBufferPointer { requests in
            for index in requests.indices { answers.append(try answer(requests[index])) }
        }
        return answers
    }

    /// What follows from a command; nothing from one that begins something, where a newer release has written what this
    /// one does not understand.
    mutating func answer(_ request: borrowing WriteRequest) throws -> Answer {
        if let stranger, request.command.isFurtherWork { return .refused(Refusal(stranger)) }
        return try perform(request.command)
    }
}

extension Refusal {
    fileprivate init(_ stranger: StrangeEvent) {
        self.init(.outdated, stranger.sentence)
    }

    static let diskFull = Refusal(
        .diskFull,
        "The disk is full: running jobs can still finish, new ones are taken again as soon as there is space.")
}
