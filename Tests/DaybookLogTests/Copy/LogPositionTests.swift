import DaybookModel
import Testing

@testable import DaybookLog

@Suite struct `A place in a log` {
    private func withLog(
        jobs: [String], _ body: (_ log: any LogStorage, _ positions: [LogPosition]) throws -> Void
    ) throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        for name in jobs { try writer.perform(.enqueue(.example(name))) }
        let positions = try storage.read { log in
            var positions: [LogPosition] = []
            try log.events(from: 1) { sequence, value in
                positions.append(LogPosition(sequence, value))
                return true
            }
            return positions
        }
        try body(storage, positions)
    }

    @Test func `comes back from its text`() throws {
        try withLog(jobs: ["a", "b"]) { _, positions in
            for position in positions + [.start] { #expect(LogPosition(position.description) == position) }
            #expect(positions[1].sequence == 2)
        }
        for text in [
            "", "5", "5-", "-", "0-00000000", "5-1a2b3c4", "5-1a2b3c4dd", "5-1a2b3c4g", "x-1a2b3c4d", "-1-1a2b3c4d",
        ] {
            #expect(LogPosition(text) == nil, "\(text)")
        }
    }

    @Test func `holds in the log it was taken from and in no other`() throws {
        try withLog(jobs: ["a", "b", "c"]) { log, positions in
            try log.read { log in for position in positions + [.start] { try position.require(in: log) } }
            try withLog(jobs: ["a", "x"]) { other, _ in
                try other.read { other in
                    try positions[1].require(in: other)
                    #expect(throws: LogError.self) { try positions[2].require(in: other) }
                    #expect(throws: LogError.self) { try positions[3].require(in: other) }
                }
            }
        }
    }

    @Test func `does not depend on the commit that the event stood in`() throws {
        let (apart, together) = (MemoryStorage(), MemoryStorage())
        let writer = try LogWriter.opened(apart)
        for _ in 0..<2 { try writer.perform(.enqueue()) }
        try LogWriter.opened(together).turn(now: .second(1)) { turn in
            for _ in 0..<2 { _ = try turn.perform(.enqueue()) }
        }
        func position(_ storage: MemoryStorage) throws -> LogPosition? {
            try storage.read { try $0.event(2) { LogPosition(2, $0) } }
        }
        #expect(try position(apart) == position(together))
    }
}
