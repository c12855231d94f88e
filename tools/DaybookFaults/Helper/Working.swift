internal import DaybookLog
internal import DaybookModel

extension Helper {
    /// `append FOLDER COUNT [QUEUE]`: enqueues so many jobs, one commit each, and says `ack JOB SEQ` once each is
    /// durable.
    static func append(_ words: [String]) throws {
        guard words.count >= 2, let count = Int(words[1]) else { throw Usage() }
        let queue = words.count > 2 ? words[2] : "default"
        let store = try StoreFolder.open(words[0], .readWrite(createIfMissing: true), program: "append")
        defer { store.close() }
        let host = try HostFacts.real()
        let writer = LogWriter(store.storage)
        for _ in 0..<count {
            let now = host.now()
            let arguments = [UInt8](repeating: 0x30, count: 100)
            let created = Created(name: "work", queue: queue, attempts: 3, salt: 1, arguments: arguments)
            let answer = try writer.turn(now: now) { try $0.perform(.enqueue(Box(created), onConflict: .existing)) }
            guard case .created(let job) = answer else { throw LogError(.badInput, "Answered \(answer).") }
            say("ack \(job) \(job)")
        }
    }

    /// `check FOLDER [ACKS]`: every event must be whole and in its place, and every `ack JOB SEQ` line of the file must
    /// be in the log.
    static func check(_ words: [String]) throws {
        let store = try StoreFolder.open(try folder(words), .readOnly, program: "check")
        defer { store.close() }
        let last = try store.storage.read { log in
            var expected: UInt64 = 1
            try log.events(from: 1) { sequence, value in
                guard sequence == expected else {
                    throw LogError(.damaged, "Event \(expected) is missing.", at: expected)
                }
                _ = try Event(value, at: sequence)
                expected += 1
                return true
            }
            return expected - 1
        }
        if words.count > 1 { try requireAcknowledged(words[1], last) }
        say("good \(last)")
    }

    private static func requireAcknowledged(_ path: String, _ last: UInt64) throws {
        for line in try lines(of: path) {
            let parts = line.split(separator: " ")
            guard parts.count == 3, parts[0] == "ack", let sequence = UInt64(parts[2]) else { continue }
            guard sequence <= last else {
                throw LogError(.damaged, "Event \(sequence) was acknowledged and is not in the log.", at: sequence)
            }
        }
    }
}
