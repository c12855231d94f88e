import DaybookModel
import Testing

@testable import DaybookLog

@Suite struct `What a newer release has written` {
    private let storage = MemoryStorage()

    private func record(_ bodies: EventBody..., by writer: LogWriter) throws {
        try writer.turn(now: .second(5)) { turn in
            for body in bodies { try turn.record(Event(time: .second(5), body: body)) }
        }
    }

    private func met(by writer: LogWriter) throws -> StrangeEvent? { try writer.turn(now: .second(6)) { $0.stranger } }

    @Test func `is noticed by a writer at its next turn, and not forgotten`() throws {
        let (older, newer) = (try LogWriter.opened(storage), LogWriter(storage))
        try record(.queuePaused(queue: "mail", reason: ""), by: newer)
        #expect(try met(by: older) == nil)
        try record(.queueResumed(queue: "mail", reason: ""), .unknown(kind: 250, version: 1), by: newer)
        let last = try storage.read { try $0.last }
        let stranger = StrangeEvent(sequence: last, kind: 250, version: 1)
        #expect(try met(by: older) == stranger)
        try record(.queuePaused(queue: "mail", reason: ""), by: newer)
        #expect(try met(by: older) == stranger)
        #expect(stranger.sentence.contains("Event \(last) (kind 250)"))
        #expect(try storage.read { try StrangeEvent.newest(in: $0) } == stranger)
    }

    @Test func `is noticed by who opens the store behind it`() throws {
        let newer = try LogWriter.opened(storage)
        try record(.unknown(kind: 250, version: 1), by: newer)
        try record(.queuePaused(queue: "mail", reason: ""), by: newer)
        #expect(try met(by: LogWriter(storage))?.kind == 250)
    }

    @Test func `is a version of a kind, or a word in it, that this one does not know`() throws {
        var newerClaim = ExportRawEvent(EventKind.claimed.rawValue)
        newerClaim.version = 2
        var newerWish = ExportRawEvent(EventKind.processAsked.rawValue)
        newerWish.facts = Field.what.raw(.text("dance"))
        var knownWish = newerWish
        knownWish.facts = Field.what.raw(.text(ProcessWish.allCases[0].rawValue))
        var newerField = ExportRawEvent(EventKind.rebuilt.rawValue)
        newerField.facts = RawContent.number(5).field(300)
        for (event, isStrange) in [(newerClaim, true), (newerWish, true), (knownWish, false), (newerField, false)] {
            let batch = EventBatch()
            batch.restart(at: 1)
            event.add(to: batch)
            batch.close(after: .zero, ledgers: .empty)
            let found = StrangeEvent.find(batch.value(0), at: 1)
            #expect((found != nil) == isStrange, "\(event)")
            var damaged = Array(batch.value(0))
            damaged[0] ^= 1
            #expect(damaged.withUnsafeBytes { StrangeEvent.find($0, at: 1) } == nil)
        }
    }

    @Test func `in each kind that this release knows is nothing`() throws {
        for kind in EventKind.allCases where ![.processAsked, .parentEnded, .batchEnded, .keysChanged].contains(kind) {
            let batch = EventBatch()
            batch.restart(at: 1)
            ExportRawEvent(kind.rawValue).add(to: batch)
            batch.close(after: .zero, ledgers: .empty)
            #expect(StrangeEvent.find(batch.value(0), at: 1) == nil, "\(kind)")
        }
    }
}
