import DaybookModel
import Testing

@testable import DaybookLog

@Suite struct `the rule of putting back` {
    private let writer: LogWriter
    private let storage = MemoryStorage()
    private let ann = Actor.person("ann")

    init() throws {
        writer = try LogWriter.opened(storage)
    }

    private func putBack(_ back: PutBack) throws -> Answer {
        try writer.perform(.putBack(back, cause: 2, reason: "a mistake", actor: ann))
    }

    private func isRefused(_ answer: Answer) -> Bool {
        if case .refused(let refusal) = answer { refusal.code == .changedMeanwhile } else { false }
    }

    private func event(_ answer: Answer) throws -> Event? {
        guard case .done(let sequence) = answer else { return nil }
        return try storage.read { try $0.event(sequence) { try Event($0, at: sequence) } }
    }

    @Test func `a queue is put back if it is not there already, and the event says what led to it`() throws {
        try writer.perform(.enqueue(.example()))
        let queue = Created.example().queue
        #expect(isRefused(try putBack(.queue(queue, isPaused: false))))
        #expect(isRefused(try putBack(.queue("absent", isPaused: true))))
        try writer.perform(.pauseQueue(queue, reason: "", actor: ann))
        #expect(isRefused(try putBack(.queue(queue, isPaused: true))))
        let event = try #require(try event(try putBack(.queue(queue, isPaused: false))))
        #expect(event.body == .queueResumed(queue: queue, reason: "a mistake"))
        #expect(event.cause == 2 && event.actor == ann)
        #expect(isRefused(try putBack(.queue(queue, isPaused: false))))
    }

    @Test func `a limit is put back if it is what it was left at`() throws {
        let (two, three) = (Limit(concurrency: 2, keepsOrder: false), Limit(concurrency: 3, keepsOrder: false))
        let scope = LimitScope.queue("mail")
        #expect(isRefused(try putBack(.limit(scope, to: nil, from: two))))
        try writer.perform(.limit(scope, two, reason: "", actor: ann))
        #expect(isRefused(try putBack(.limit(scope, to: two, from: three))))
        #expect(isRefused(try putBack(.limit(scope, to: two, from: two))))
        let event = try #require(try event(try putBack(.limit(scope, to: three, from: two))))
        #expect(event.body == .queueLimited(Box(QueueLimited(scope: "queue:mail", limit: three, reason: "a mistake"))))
        #expect(try storage.read { try LimitRows.rule("queue:mail", in: $0) } == three)
        #expect(try self.event(try putBack(.limit(scope, to: nil, from: three))) != nil)
        #expect(try storage.read { try LimitRows.rule("queue:mail", in: $0) } == nil)
    }
}
