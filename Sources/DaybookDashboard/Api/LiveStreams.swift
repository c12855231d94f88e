internal import Daybook
internal import DaybookModel
internal import Synchronization

/// Answers that go on for as long as somebody listens, but for `DashboardOptions.liveTime` at most: then the browser
/// comes again, and it is looked at anew whether he may.
enum LiveStreams {
    /// A comment, so that a client who has gone is noticed, and proxies do not think that it is all over.
    static let sign = Array(": still here\n\n".utf8)
    private static let perPersonMax = 64

    /// What comes next; nil ends the answer.
    typealias Next = @Sendable (LiveSignals) async throws -> [UInt8]?

    /// Tells of what was committed behind `after`, or from now on; at once where the log ends elsewhere.
    static func open(_ call: RouteCall, after: SequenceNumber? = nil, _ next: @escaping Next) throws
        -> DashboardResponse
    {
        guard let seat = StreamSeat(call.principal?.name ?? "", max: perPersonMax) else {
            throw RouteFailure.tooMany("You have too many live pages open.", retryAfterSeconds: 10)
        }
        let (engine, options) = (call.engine, call.dashboard.options)
        let fields = [HTTPField("content-type", "text/event-stream"), HTTPField("x-accel-buffering", "no")]
        let listener = Listener(call)
        let stream = ResponseStream {
            let signals = LiveSignals(engine, seat, after: after, quiet: options.liveQuiet)
            let ends = ContinuousClock.now.advanced(by: options.liveTime)
            let isFirst = Mutex(true)
            return {
                // The fields alone tell a browser nothing before the first piece.
                let first = isFirst.withLock { first in
                    defer { first = false }
                    return first
                }
                guard !first else { return Array("retry: 3000\n\n".utf8) }
                guard ContinuousClock.now < ends, let piece = try await next(signals) else { return nil }
                return try await listener.stillMay() ? piece : nil
            }
        }
        return DashboardResponse(200, fields, stream: stream)
    }
}

/// Whoever has an answer that goes on: he may have signed out meanwhile, or been taken out of the auth file.
private final class Listener: Sendable {
    private let gate: Gate
    private let request: DashboardRequest
    private let session: String?
    private let who: Identification
    /// A program's own way to know people may take its time, so it is not asked at every piece.
    private let pause: Duration
    private let asked = Mutex(ContinuousClock.now)

    init(_ call: RouteCall) {
        (gate, request, session) = (call.dashboard.gate, call.request, call.session)
        pause = min(.seconds(1), call.dashboard.options.liveQuiet)
        who = call.identification
    }

    func stillMay() async throws -> Bool {
        let isDue = asked.withLock { asked in
            let now = ContinuousClock.now
            guard now - asked >= pause else { return false }
            asked = now
            return true
        }
        guard isDue else { return true }
        return try await gate.identify(request, session: session) == who
    }
}

/// Tells one listener that something was committed, or that nothing was for a while.
///
/// Unchecked because one listener asks, one question after the other.
final class LiveSignals: @unchecked Sendable {
    enum Signal: Sendable {
        case changed, quiet
    }

    let engine: JobEngine
    private let seat: StreamSeat
    private var signals: AsyncStream<Signal>.Iterator
    private let tasks: [Task<Void, Never>]

    init(_ engine: JobEngine, _ seat: StreamSeat, after: SequenceNumber? = nil, quiet: Duration) {
        self.engine = engine
        self.seat = seat
        let (stream, continuation) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(1))
        signals = stream.makeAsyncIterator()
        // As of now, and not as of when the task begins: what comes in between is news, too.
        let start = after ?? (try? engine.lastEvent) ?? 0
        tasks = [
            Task {  // tidy: ends with its listener
                var last = start
                while (try? await engine.waitForCommit(after: last)) == true {
                    guard let now = try? engine.lastEvent else { break }
                    last = now
                    continuation.yield(.changed)
                }
                continuation.finish()
            },
            Task {  // tidy: ends with its listener
                while (try? await Task.sleep(for: quiet)) != nil { continuation.yield(.quiet) }
            },
        ]
    }

    deinit {
        for task in tasks { task.cancel() }
    }

    /// Nil when the engine is closing.
    func next() async -> Signal? { await signals.next(isolation: nil) }
}

/// One of the streams that somebody may have open at a time; it is free again when nobody holds it.
final class StreamSeat: Sendable {
    private let name: String
    private let isTaken: Bool
    private static let taken = Mutex<[String: Int]>([:])

    init?(_ name: String, max: Int) {
        self.name = name
        isTaken = StreamSeat.taken.withLock { taken in
            guard taken[name, default: 0] < max else { return false }
            taken[name, default: 0] += 1
            return true
        }
        if !isTaken { return nil }
    }

    deinit {
        guard isTaken else { return }
        StreamSeat.taken.withLock { taken in
            taken[name, default: 1] -= 1
            if taken[name] == 0 { taken[name] = nil }
        }
    }
}
