import DaybookLog
import DaybookModel
import Foundation
import Testing

@Suite struct `An inclusion proof` {
    /// Checked by a program that shares no line with what it checks.
    private func check(_ proof: [UInt8], _ checkpoint: [UInt8]? = nil) throws -> (said: String, isGood: Bool) {
        try withTemporaryFolder { folder in
            let file = "\(folder)/proof"
            try Data(proof).write(to: URL(fileURLWithPath: file))
            var arguments = ["python3", proofChecker, file]
            if let checkpoint {
                try Data(checkpoint).write(to: URL(fileURLWithPath: "\(folder)/checkpoint"))
                arguments.append("\(folder)/checkpoint")
            }
            let process = Process()
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = arguments
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            return (said, process.terminationStatus == 0)
        }
    }

    private var proofChecker: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Reader/check_proof.py")
            .path
    }

    private func text(_ checkpoint: LogCheckpoint) -> CheckpointText {
        CheckpointText(checkpoint, at: .second(1), signedBy: nil)
    }

    private func jobs(_ store: VerifyStore) throws -> [SequenceNumber] {
        try store.storage.read { log in
            var jobs: [SequenceNumber] = []
            try log.events(from: 1) { sequence, value in
                if try EventHead(value, at: sequence).kind == EventKind.created.rawValue { jobs.append(sequence) }
                return true
            }
            return jobs
        }
    }

    @Test func `is believed for jobs everywhere in the log, against checkpoints everywhere behind them`() throws {
        try VerifyStore.with(seed: 51, turns: 400) { store in
            let (jobs, ends) = (try jobs(store), try store.commitEnds)
            #expect(try store.last > 600)
            var random = SeededGenerator(seed: 51)
            for _ in 0..<(runsEverything ? 100 : 8) {
                let job = jobs.randomElement(using: &random)!
                let end = ends.filter { $0 >= job }.randomElement(using: &random)!
                let checkpoint = text(try store.checkpoint(at: end))
                var options = InclusionProof.Options()
                options.provesAll = true
                options.showsPayloads = Bool.random(using: &random)
                let proof = try InclusionProof(of: job, at: checkpoint, in: store.storage, options)
                let (said, isGood) = try check(proof.line, checkpoint.line)
                #expect(isGood, "seed 51, job \(job), checkpoint \(end): \(said)")
                #expect(said.contains("job \(job) is in the log") && said.contains("event \(job): kind 32"))
                #expect(proof.shownCount == proof.eventCount)
            }
        }
    }

    @Test func `is not believed with anything changed`() throws {
        try VerifyStore.with(seed: 52, turns: 150) { store in
            let job = try jobs(store)[10]
            let checkpoint = text(try store.checkpoint(at: try store.commitEnds.last!))
            let proof = String(
                decoding: try InclusionProof(of: job, at: checkpoint, in: store.storage).line, as: UTF8.self)
            #expect(try check(Array(proof.utf8)).isGood)
            let next = try jobs(store)[11]
            let parts = proof.components(separatedBy: "\"nodes\":\"")
            for wrong in [
                proof.replacingOccurrences(of: "\"job\":\(job),", with: "\"job\":\(next),"),
                proof.replacingOccurrences(of: "\"seq\":\(job),", with: "\"seq\":\(next),"),
                // One bit of the first event, of the first node; a node too few, a node too many.
                changed(proof, behind: "\"open\":\""), changed(proof, behind: "\"nodes\":\""),
                parts[0] + "\"nodes\":\"" + parts[1].dropFirst(128),
                parts[0] + "\"nodes\":\"" + String(repeating: "A", count: 128) + parts[1],
            ] {
                #expect(wrong != proof)
                #expect(try !check(Array(wrong.utf8), checkpoint.line).isGood)
            }
            let other = text(try store.checkpoint(at: try store.commitEnds.dropLast().last!))
            #expect(try !check(Array(proof.utf8), other.line).isGood)
        }
    }

    private func changed(_ text: String, behind mark: String) -> String {
        var bytes = Array(text.utf8)
        let place = text.range(of: mark).map { text.utf8.distance(from: text.startIndex, to: $0.upperBound) }! + 4
        bytes[place] = bytes[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `shows no other job's payload, and the job's own only when asked`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        let jobs = try writer.turn(now: .second(1)) { turn in
            try (0..<40).map { number in
                let created = Created.example(arguments: "{\"canary\":\(number)}")
                guard case .created(let job) = try turn.perform(.enqueue(created)) else { throw CancellationError() }
                return job
            }
        }
        let checkpoint = try #require(try CheckpointText.take(of: storage, now: .second(2)))
        func decoded(_ showsPayloads: Bool) throws -> String {
            var options = InclusionProof.Options()
            options.showsPayloads = showsPayloads
            let line = try InclusionProof(of: jobs[7], at: checkpoint, in: storage, options).line
            let texts = String(decoding: line, as: UTF8.self).split(separator: "\"")
            return texts.map { String(decoding: Data(base64Encoded: String($0)) ?? Data(), as: UTF8.self) }.joined()
        }
        #expect(try !decoded(false).contains("canary"))
        #expect(try decoded(true).components(separatedBy: "canary").count == 2)
        #expect(try decoded(true).contains("{\"canary\":7}"))
    }

    @Test(arguments: [10_000_000, 9_999_999, 10_485_759, 9_437_183] as [UInt64])
    func `has room for three events wherever they stand in ten million`(count: UInt64) {
        var random = SeededGenerator(seed: count)
        for _ in 0..<50 {
            let events = (0..<3).map { _ in UInt64.random(in: 1...count, using: &random) }.sorted()
            // The rest is for what is said of the events, and for the checkpoint.
            #expect(InclusionProof.nodeBytes(of: events, among: count) <= InclusionProof.byteCountMax - 2_500)
        }
    }

    @Test func `stays small where a job has many events, unless all are wanted`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        guard case .created(let job) = try writer.perform(.enqueue()) else { throw CancellationError() }
        for round in 0..<600 {
            // Others in between, so that the job's events lie far from each other.
            try writer.turn(now: .second(Double(round))) { turn in
                for _ in 0..<8 { _ = try turn.perform(.enqueue()) }
                _ = try turn.perform(.cancel(job: job, expected: nil, reason: "no", actor: .person("ann")))
                _ = try turn.perform(.requeue(job: job, expected: nil, reason: "yes", actor: .person("ann")))
            }
        }
        let checkpoint = try #require(try CheckpointText.take(of: storage, now: .second(700)))
        let some = try InclusionProof(of: job, at: checkpoint, in: storage)
        #expect(some.line.count < 16_384)
        #expect(some.shownCount > 3 && some.shownCount < some.eventCount)
        #expect(try check(some.line).isGood)
        var options = InclusionProof.Options()
        options.provesAll = true
        let all = try InclusionProof(of: job, at: checkpoint, in: storage, options)
        #expect(all.shownCount == 1_201)
        #expect(try check(all.line).isGood)
    }

    @Test func `leaves out a creation beside which nothing has room, if there is more to the job`() throws {
        try VerifyStore.with(seed: 55, turns: 20) { store in
            let writer = LogWriter(store.storage)
            var created = Created.example()
            let words = (0..<64).map { String(repeating: "x", count: 124) + String(1_000 + $0) }
            (created.tags, created.secret) = (words, Array(words.prefix(Secrets.fieldsMax)))
            (created.limitKeys, created.key) = (Array(words.prefix(Created.limitKeysMax)), words[0])
            (created.requestID, created.tenant, created.queue) = (words[0], words[0], words[0])
            guard case .created(let job) = try writer.perform(.enqueue(created)) else {
                Issue.record("it was refused")
                return
            }
            try writer.perform(.cancel(job: job, expected: nil, reason: "no", actor: .person("ann")))
            let checkpoint = text(try store.checkpoint(at: try store.last))
            let proof = try InclusionProof(of: job, at: checkpoint, in: store.storage)
            #expect(proof.shownCount == 1 && proof.eventCount == 2)
            #expect(proof.line.count <= InclusionProof.byteCountMax)
            #expect(try check(proof.line).isGood)
        }
    }

    @Test func `is refused for jobs that the checkpoint has not seen, and for checkpoints of other logs`() throws {
        try VerifyStore.with(seed: 53, turns: 60) { store in
            let ends = try store.commitEnds
            let early = text(try store.checkpoint(at: ends[2]))
            let late = try #require(try jobs(store).last)
            func refusal(_ job: SequenceNumber, _ checkpoint: CheckpointText) -> String {
                do {
                    _ = try InclusionProof(of: job, at: checkpoint, in: store.storage)
                    return ""
                } catch { return "\(error)" }
            }
            #expect(refusal(late, early).contains("created after the checkpoint"))
            #expect(refusal(1, early).contains("There is no job 1"))
            var wrong = try store.checkpoint(at: ends.last!)
            wrong.root = wrong.head
            #expect(refusal(late, text(wrong)).contains("does not go on from the checkpoint"))
            wrong.identity[3] ^= 1
            #expect(refusal(late, text(wrong)).contains("another store"))
        }
    }
}
