import DaybookLog
import DaybookModel
import Testing

@Suite struct `A store of the past` {
    /// A store on disk, and what its ledgers were after each turn of a random workload.
    private func withHistory(
        seed: UInt64, instants: Int, _ body: (VerifyStore, [RecordedState]) throws -> Void
    ) throws {
        try VerifyStore.with(seed: seed, turns: 1) { store in
            var workload = ReplayWorkload(seed: seed, LogWriter(store.storage))
            var states: [RecordedState] = []
            try workload.run(turns: instants) { now in
                states.append(
                    RecordedState(
                        sequence: try store.storage.read { try $0.last }, now: now, dump: try store.storage.liveDump()))
            }
            try body(store, states)
        }
    }

    @Test func `is what was recorded while it was the present, byte for byte`() throws {
        let seed: UInt64 = 21
        try withHistory(seed: seed, instants: runsEverything ? 1_000 : 60) { store, states in
            let replay = Replay(store.storage)
            for state in states {
                try replay.advance(to: .sequence(state.sequence))
                let dump = try replay.dump.text()
                try #require(dump == state.dump, "seed \(seed), event \(state.sequence)")
            }
            for state in stride(from: 5, to: states.count, by: states.count / 10).map({ states[$0] }).reversed() {
                let past = try PastStorage(store.storage, at: .sequence(state.sequence))
                #expect(try past.dump { try $0.text() } == state.dump, "seed \(seed), event \(state.sequence)")
            }
        }
    }

    @Test func `shows nothing of what came later, and takes nothing`() throws {
        try withHistory(seed: 22, instants: 30) { store, states in
            let then = states[10].sequence
            let past = try PastStorage(store.storage, at: .sequence(then))
            try past.read { log in
                #expect(try log.last == then)
                #expect(try log.event(then + 1) { $0.count } == nil)
                var last: SequenceNumber = 0
                try log.events(from: 1) { sequence, _ in
                    last = sequence
                    return true
                }
                #expect(last == then)
                var first: SequenceNumber?
                try log.eventsBackward(from: then + 20) { sequence, _ in
                    first = sequence
                    return false
                }
                #expect(first == then)
            }
            #expect(throws: LogError(.unusable, "The past cannot be changed.")) { try past.write { _ in } }
        }
    }
}
