import DaybookModel
import Testing

@testable import DaybookLog

@Suite struct `What a newer release has written, told by the store` {
    private let newest = Int(StrangerWatch.firstLook)

    private func withStrangeStore(_ body: (StoreFolder, StrangeEvent) throws -> Void) throws {
        try withStore { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            try record(.unknown(kind: 250, version: 1), in: store)
            let last = try store.storage.read { try $0.last }
            try body(store, StrangeEvent(sequence: last, kind: 250, version: 1))
        }
    }

    /// Nobody has met it, and it is not among those that are looked at.
    private func withHiddenStranger(_ body: (StoreFolder, StrangeEvent) throws -> Void) throws {
        try withStore { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let event = try LogWriter(store.storage).turn(now: .second(5)) { turn in
                let event = try turn.record(Event(time: .second(5), body: .unknown(kind: 250, version: 1)))
                for _ in 0..<newest {
                    try turn.record(Event(time: .second(5), body: .queuePaused(queue: "mail", reason: "")))
                }
                return event
            }
            try #require(try store.storage.read { try StrangeEvent.newest(in: $0) } == nil)
            try body(store, StrangeEvent(sequence: event, kind: 250, version: 1))
        }
    }

    private func record(_ body: EventBody, times count: Int = 1, in store: StoreFolder) throws {
        try LogWriter(store.storage).turn(now: .second(5)) { turn in
            for _ in 0..<count { try turn.record(Event(time: .second(5), body: body)) }
        }
    }

    private func met(in store: StoreFolder) throws -> StrangeEvent? {
        try LogWriter(store.storage).turn(now: .second(6)) { $0.stranger }
    }

    private func mark(_ event: SequenceNumber, _ value: [UInt8], in store: StoreFolder) throws {
        try store.storage.write {
            try $0.putStrangeMark(withUnsafeBytes(of: event.littleEndian, Array.init) + value)
        }
    }

    @Test func `is known however much has come since`() throws {
        try withStrangeStore { store, stranger throws in
            try #require(try met(in: store) == stranger)
            try record(.queueResumed(queue: "mail", reason: ""), times: newest + 10, in: store)
            #expect(try met(in: store) == stranger)
            #expect(try store.storage.read { try StrangeEvent.newest(in: $0) } == stranger)
            #expect(throws: stranger.refusal) { try store.storage.requireNothingStrange() }
        }
    }

    @Test func `is told even if the turn that met it is refused`() throws {
        try withStrangeStore { store, stranger throws in
            #expect(throws: stranger.refusal) {
                try LogWriter(store.storage).turn(now: .second(6)) { try $0.requireNothingStrange() }
            }
            #expect(try store.storage.read { try $0.strangeMark } != nil)
            #expect(try store.storage.read { try $0.last } == stranger.sequence)
        }
    }

    @Test func `goes along with a backup`() throws {
        try withStrangeStore { store, stranger throws in
            try #require(try met(in: store) == stranger)
            try withStorePath { copy in
                _ = try store.backUp(to: copy)
                let backup = try StoreFolder.opened(copy, .readOnly)
                defer { backup.close() }
                #expect(try backup.storage.read { try $0.strangeMark } != nil)
            }
        }
    }

    @Test func `is known to a store that was made of an export, however much comes behind it`() throws {
        try withHiddenStranger { store, stranger throws in
            var export: [UInt8] = []
            try LogExporter(store.storage).export(from: 1, to: nil, redacted: false) { export.append(contentsOf: $0) }
            try withStorePath { path in
                _ = try StoreFolder.make(
                    at: path, fromExport: { take in try export.withUnsafeBytes(take) }, program: "test",
                    options: .forTests)
                let copy = try StoreFolder.opened(path)
                defer { copy.close() }
                #expect(try met(in: copy) == stranger)
            }
            store.close()
            try withStorePath { path in
                _ = try StoreFolder.recover(at: path, from: store.path, program: "test", options: .forTests)
                let copy = try StoreFolder.opened(path)
                defer { copy.close() }
                #expect(try met(in: copy) == stranger)
            }
        }
    }

    @Test func `is nothing to a release that knows it`() throws {
        try withStore { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            for (kind, version) in [(EventKind.claimed.rawValue, 1), (EventKind.claimed.rawValue, 2), (250, 1)] {
                var value = [UInt8](repeating: 0, count: EventHead.Offset.kind + 1)
                value[EventHead.Offset.kind] = kind
                value[EventHead.Offset.version] = UInt8(version)
                try mark(77, value, in: store)
                let isKnown = kind != 250 && version == 1
                #expect(try met(in: store)?.sequence == (isKnown ? nil : 77), "\(kind), \(version)")
            }
            for (wish, isKnown) in [("dance", false), (ProcessWish.allCases[0].rawValue, true)] {
                var event = ExportRawEvent(EventKind.processAsked.rawValue)
                event.facts = Field.what.raw(.text(wish))
                let batch = EventBatch()
                batch.restart(at: 77)
                event.add(to: batch)
                batch.close(after: .zero, ledgers: .empty)
                try mark(77, Array(batch.value(0)), in: store)
                #expect(try met(in: store)?.sequence == (isKnown ? nil : 77), "\(wish)")
            }
            try mark(77, [], in: store)
            #expect(try met(in: store) == nil)
        }
    }

    @Test func `is not archived, wherever in the log it stands`() throws {
        try withHiddenStranger { store, stranger throws in
            let error = #expect(throws: LogError.self) {
                try store.archive(before: .instant(.maximum), by: .system, now: { .second(7) })
            }
            #expect(error == stranger.refusal)
            #expect(try store.storage.read { try $0.archivedThrough } == 0)
        }
    }
}
