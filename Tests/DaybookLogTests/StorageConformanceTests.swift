import DaybookLog
import DaybookModel
import Testing

@Suite struct `Every storage` {
    @Test(arguments: TestStorage.allCases)
    func `keeps a job through its life`(_ kind: TestStorage) throws {
        try kind.with { storage in
            let writer = try LogWriter.opened(storage)
            #expect(try writer.perform(.enqueue(.example())) == .created(job: 2))
            let claim = Claim(process: 1, queues: nil, slots: 4)
            #expect(
                try writer.perform(.claim(claim)) == .claimed([Claimed(job: 2, token: 3, attempt: 1)]))
            let finish = Command.finish(
                job: 2, token: 3, .succeeded(Succeeded(ranMicroseconds: 5)), actor: .process(1))
            #expect(try writer.perform(finish) == .done(at: 4))
            #expect(try writer.perform(finish) == .stale(at: 5))
            let record = try storage.read { try Books.storedJob(2, in: $0) }
            #expect(record?.state == .succeeded)
        }
    }

    @Test(arguments: TestStorage.allCases)
    func `gives back the events that were appended`(_ kind: TestStorage) throws {
        try kind.with { storage in
            let writer = try LogWriter.opened(storage)
            for _ in 0..<40 { try writer.perform(.enqueue(.example())) }
            try storage.read { log in
                var forward: [SequenceNumber] = []
                try log.events(from: 1) { sequence, value in
                    _ = try Event(value, at: sequence)
                    forward.append(sequence)
                    return true
                }
                #expect(forward == Array(1...41))
                var backward: [SequenceNumber] = []
                try log.eventsBackward(from: .max) { sequence, _ in
                    backward.append(sequence)
                    return sequence > 30
                }
                #expect(backward == Array(30...41).reversed())
            }
        }
    }

    @Test(arguments: TestStorage.allCases)
    func `a new writer goes on where another stopped`(_ kind: TestStorage) throws {
        try kind.with { storage in
            let first = try LogWriter.opened(storage)
            let second = LogWriter(storage)
            for index in 0..<600 {
                try (index % 3 == 0 ? second : first).perform(.enqueue(.example()))
            }
            let alone = MemoryStorage()
            let writer = try LogWriter.opened(alone)
            for _ in 0..<600 { try writer.perform(.enqueue(.example())) }
            #expect(try storage.read { try $0.seal(endingAt: 601) } == alone.read { try $0.seal(endingAt: 601) })
        }
    }
}
