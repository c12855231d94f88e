import DaybookModel
import Testing

@testable import DaybookLog

@Suite struct `A clock that was set back` {
    private func kinds(_ storage: any LogStorage) throws -> [EventKind?] {
        var found: [EventKind?] = []
        try storage.read { log in
            try log.events(from: 1) { sequence, value in
                found.append(EventKind(rawValue: try EventHead(value, at: sequence).kind))
                return true
            }
        }
        return found
    }

    @Test func `is noted once, before what was written then, by whoever writes first`() throws {
        let storage = MemoryStorage()
        let (first, second) = (try LogWriter.opened(storage), LogWriter(storage))
        try first.perform(.enqueue(.example()), at: 3_600)
        #expect(try second.perform(.enqueue(.example()), at: 10) == .created(job: 4))
        try first.perform(.enqueue(.example()), at: 11)
        #expect(try kinds(storage) == [.genesis, .created, .clockStepped, .created, .created])
        let step = try storage.read { try $0.event(3) { try Event($0, at: 3) } }
        #expect(step?.body == .clockStepped(microseconds: -3_590_000_000))
    }

    @Test func `is not noted by a turn that has nothing else to write`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        try writer.perform(.enqueue(.example()), at: 3_600)
        try writer.turn(now: .second(10)) { turn in
            guard case .refused = try turn.perform(.cancel(job: 99, expected: nil, reason: "", actor: .system)) else {
                Issue.record("there is no job 99")
                return
            }
        }
        #expect(try kinds(storage) == [.genesis, .created])
    }

    @Test func `is not noted for less than a second`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        try writer.perform(.enqueue(.example()), at: 20)
        try writer.perform(.enqueue(.example()), at: 19)
        #expect(try kinds(storage) == [.genesis, .created, .created])
    }
}
