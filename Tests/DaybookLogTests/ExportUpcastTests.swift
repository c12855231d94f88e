import DaybookModel
import Testing

@testable import DaybookLog

/// Those of most tests are made up.
@Suite("Events of older versions")
struct ExportUpcastTests {
    private func stored(_ event: ExportRawEvent, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let batch = EventBatch()
        batch.restart(at: 7)
        event.add(to: batch)
        try body(batch.value(0))
    }

    private var snoozed: ExportRawEvent {
        var event = ExportRawEvent(EventKind.snoozed.rawValue)
        event.facts = Field.text.raw(.number(90))
        return event
    }

    /// Version 1 told seconds under another number, version 2 an instant; version 3 is what this release reads.
    private let upcasts = EventUpcasts([
        .snoozed: [
            { fields in
                for index in fields.facts.indices {
                    guard case .number(let seconds) = fields.facts[index].content else { continue }
                    fields.facts[index] = EventFields.Entry(.planned, .signed(Int64(seconds) * 1_000_000))
                }
            },
            { fields in
                for index in fields.facts.indices { fields.facts[index].id = UInt64(Field.due.rawValue) }
            },
        ]
    ])

    @Test func `are read through every upcast from their version on`() throws {
        var event = snoozed
        try stored(event) { value in
            let read = try Event(value, at: 7, upcasts: upcasts)
            #expect(read.body == .snoozed(until: Instant(microseconds: 90_000_000)))
            #expect(read.time == .second(0))
        }
        event.version = 2
        event.facts = Field.planned.raw(.signed(5))
        try stored(event) { value in
            let event = try Event(value, at: 7, upcasts: upcasts)
            #expect(event.body == .snoozed(until: Instant(microseconds: 5)))
        }
    }

    @Test func `are read as they are once their version is today's`() throws {
        var event = snoozed
        event.version = 3
        event.facts = Field.due.raw(.signed(4))
        try stored(event) { value in
            let event = try Event(value, at: 7, upcasts: upcasts)
            #expect(event.body == .snoozed(until: Instant(microseconds: 4)))
        }
    }

    @Test(arguments: [EventKind.claimed, .succeeded])
    func `are none of the kinds whose version is not looked up when they are written`(_ kind: EventKind) {
        #expect(EventUpcasts.standard.version(of: kind.rawValue) == EventEncoding.versionOfMost)
    }

    @Test func `keep salt and payload`() throws {
        var event = ExportRawEvent(EventKind.succeeded.rawValue)
        event.payload = [1, 0, 0, 0, 0, 0, 0, 0] + Field.text.raw(.text("3"))
        let upcasts = EventUpcasts([
            // Without its payload an event has no such fields.
            .succeeded: [
                { fields in
                    for index in fields.payload.indices { fields.payload[index].id = UInt64(Field.result.rawValue) }
                }
            ]
        ])
        try stored(event) { value in
            let expected = Succeeded(ranMicroseconds: 0, salt: 1, result: Array("3".utf8))
            let event = try Event(value, at: 7, upcasts: upcasts)
            #expect(event.body == .succeeded(expected))
            let without = try Event(value, at: 7, withPayload: false, upcasts: upcasts)
            #expect(without.body == .succeeded(Succeeded(ranMicroseconds: 0)))
        }
    }

    @Test(arguments: [0, 2, 255] as [UInt8])
    func `of versions that this release has never heard of are kept and not understood`(_ version: UInt8) throws {
        var event = snoozed
        event.version = version
        try stored(event) { value in
            let event = try Event(value, at: 7)
            #expect(event.body == .unknown(kind: EventKind.snoozed.rawValue, version: version))
        }
    }

    @Test func `are written of a batch only where it is inside another, which older releases do not understand`() throws
    {
        let batch = EventBatch()
        batch.restart(at: 7)
        _ = batch.append(Event(time: .second(1), body: .batchCreated(name: "part", in: 3)))
        _ = batch.append(Event(time: .second(1), body: .batchCreated(name: "whole")))
        #expect(batch.value(0)[EventHead.Offset.version] == 2)
        #expect(batch.value(1)[EventHead.Offset.version] == 1)
        #expect(try Event(batch.value(0), at: 7).body == .batchCreated(name: "part", in: 3))
        #expect(try Event(batch.value(1), at: 8).body == .batchCreated(name: "whole"))
        var event = ExportRawEvent(EventKind.batchCreated.rawValue)
        event.facts = Field.name.raw(.text("old")) + Field.batch.raw(.number(3))
        // What a field of a later version says in an older one is nothing.
        try stored(event) { value in
            let read = try Event(value, at: 7)
            #expect(read.body == .batchCreated(name: "old"))
        }
        event.version = 2
        try stored(event) { value in
            let read = try Event(value, at: 7)
            #expect(read.body == .batchCreated(name: "old", in: 3))
        }
    }

    @Test func `are written of a limit only where it has a weight, which older releases do not understand`() throws {
        let weighted = QueueLimited(scope: "key:shop:1", limit: .concurrency(2).weight(3), reason: "")
        let plain = QueueLimited(scope: "key:shop:1", limit: .concurrency(2), reason: "")
        let batch = EventBatch()
        batch.restart(at: 7)
        for limited in [weighted, plain] {
            _ = batch.append(Event(time: .second(1), body: .queueLimited(Box(limited))))
        }
        #expect(batch.value(0)[EventHead.Offset.version] == 2)
        #expect(batch.value(1)[EventHead.Offset.version] == 1)
        var event = ExportRawEvent(EventKind.queueLimited.rawValue)
        event.facts =
            Field.limitedBy.raw(.text("key:shop:1")) + Field.limit.raw(.number(2)) + Field.weight.raw(.number(3))
        for (version, read) in [(1, plain), (2, weighted)] {
            event.version = UInt8(version)
            try stored(event) { value in
                let body = try Event(value, at: 7).body
                #expect(body == .queueLimited(Box(read)))
            }
        }
    }

    @Test func `that lose what their kind needs are damage`() throws {
        let upcasts = EventUpcasts([.snoozed: [{ $0.facts = [] }]])
        try stored(snoozed) { value in
            #expect(throws: EventDamage.missingField) { try Event(value, at: 7, upcasts: upcasts) }
        }
    }
}
