import DaybookLog
import DaybookModel
import Testing

@Suite struct `Verifying a damaged log` {
    @Test func `finds every flipped bit and names its event`() throws {
        try VerifyStore.with(turns: 0) { store in
            let writer = LogWriter(store.storage)
            try writer.perform(.enqueue(.example()))
            let claim = Command.claim(Claim(process: 1, queues: nil, slots: 1))
            try writer.perform(claim)
            try writer.perform(
                .finish(job: 2, token: 3, .succeeded(Succeeded(ranMicroseconds: 5)), actor: .person("ann")))
            for sequence in 1...(try store.last) {
                let value = try store.value(sequence)
                for bit in 0..<value.count * 8 {
                    var flipped = value
                    flipped[bit / 8] ^= 1 << UInt8(bit % 8)
                    try store.put(sequence, flipped)
                    let report = store.verify()
                    if report.verdict == .damaged, report.findings.contains(where: { $0.sequence == sequence }) {
                        continue
                    }
                    Issue.record("Bit \(bit) of event \(sequence) was flipped unseen: \(report.text)")
                }
                try store.put(sequence, value)
            }
            #expect(store.verify().verdict == .good)
        }
    }

    @Test func `tells two events that changed places`() throws {
        try VerifyStore.with(turns: 20) { store in
            // Neither of them ends a commit.
            let first = try #require(
                try (10...30 as ClosedRange<SequenceNumber>).first {
                    try store.value($0)[4] == 0 && store.value($0 + 1)[4] == 0
                })
            let (one, other) = (try store.value(first), try store.value(first + 1))
            try store.put(first, other)
            try store.put(first + 1, one)
            let report = store.verify()
            let mismatches = report.findings.filter { $0.sentence.hasSuffix("checksum does not match.") }
            #expect(mismatches.map(\.sequence) == [first, first + 1], "\(report.text)")
            #expect(report.findings.first?.sentence == "Event \(first) is damaged: its checksum does not match.")
        }
    }

    @Test func `tells a removed event`() throws {
        try VerifyStore.with(turns: 20) { store in
            try store.removeEvent(17)
            let report = store.verify()
            #expect(report.findings.first == VerifyFinding("Event 17 is missing.", at: 17), "\(report.text)")
            #expect(report.findings.count == 1, "\(report.text)")
        }
    }

    @Test func `tells a tail cut off inside a commit`() throws {
        try VerifyStore.with(turns: 20) { store in
            let ends = try store.commitEnds
            let last = try store.last
            let longest = try #require(Array(zip(ends, ends.dropFirst())).last { $1 - $0 > 1 })
            for sequence in longest.1...last { try store.removeEvent(sequence) }
            let report = store.verify()
            #expect(
                report.findings.contains { $0.sentence.hasPrefix("The log ends inside a commit") }, "\(report.text)")
        }
    }

    @Test func `sees by the ledgers that whole commits were cut off`() throws {
        try VerifyStore.with(turns: 20) { store in
            let ends = try store.commitEnds
            for sequence in ends[ends.count - 3] + 1...(try store.last) { try store.removeEvent(sequence) }
            let report = store.verify()
            #expect(report.verdict == .damaged)
            #expect(report.ledgers == .different)
        }
    }

    @Test func `tells rows that are wrong from a log that is`() throws {
        try VerifyStore.with(turns: 60) { store in
            let job = try store.storage.read { log in
                try #require(try (1...log.last).first { try Books.storedJob($0, in: log) != nil })
            }
            var row = try #require(try store.row("jobs", store.key(job)))
            row[row.count - 1] ^= 1
            try store.put("jobs", store.key(job), row)
            let report = store.verify()
            #expect(report.verdict == .damaged && report.ledgers == .different)
            #expect(report.findings.allSatisfy { $0.matter == .ledgers })
            #expect(report.findings.contains { $0.sequence == job })
        }
    }

    @Test func `tells an event that was edited with care`() throws {
        try VerifyStore.with(turns: 20) { store in
            let sequence = try #require(try store.commitEnds.dropFirst(8).first) - 1
            var value = try store.value(sequence)
            // The time, which nothing else depends on.
            value[9] ^= 1
            try store.put(sequence, store.resealed(value, at: sequence))
            let report = store.verify()
            #expect(report.findings.count == 1, "\(report.text)")
            #expect(
                report.findings.first?.sentence.contains("one of them or the seal was changed") == true,
                "\(report.text)")
            #expect(report.findings.first?.sequence ?? 0 >= sequence)
        }
    }

    @Test func `tells an edited seal, and goes on behind it`() throws {
        try VerifyStore.with(turns: 20) { store in
            let ends = try store.commitEnds
            for (offset, end) in [(-52, ends[5]), (-40, ends[8]), (-1, ends[11])] {
                var value = try store.value(end)
                value[value.count + offset] ^= 0x40
                try store.put(end, store.resealed(value, at: end))
            }
            let report = store.verify()
            let found = Set(report.findings.compactMap(\.sequence))
            #expect(found == [ends[5], ends[8], ends[11]], "\(report.text)")
        }
    }

    @Test func `names a wrong node and nothing else`() throws {
        try VerifyStore.with(turns: 400) { store in
            let key: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 1]
            var node = try #require(try store.row("nodes", key))
            node[3] ^= 1
            try store.put("nodes", key, node)
            let report = store.verify()
            #expect(report.findings.count == 1, "\(report.text)")
            #expect(report.findings.first?.sentence.hasPrefix("Node 2/1 of the history tree is not what") == true)
        }
    }

    @Test func `tells a missing node`() throws {
        try VerifyStore.with(turns: 400) { store in
            try store.remove("nodes", [2, 0, 0, 0, 0, 0, 0, 0])
            let report = store.verify()
            #expect(report.findings.count == 1, "\(report.text)")
            #expect(report.findings.first?.sentence.hasPrefix("Node 2/0") == true)
        }
    }

    @Test func `tells a node too many`() throws {
        try VerifyStore.with(turns: 20) { store in
            try store.put("nodes", [3, 0, 0, 0, 0, 0, 0, 9], Array(repeating: 0, count: 32))
            let last = try store.last
            #expect(
                store.verify().findings.map(\.sentence) == [
                    "The database `nodes` counts \(last / 256 + 1) rows; \(last) events make \(last / 256)."
                ])
        }
    }

    @Test func `tells that parts of two stores were mixed`() throws {
        try VerifyStore.with(turns: 20) { store in
            try store.put("meta", Array("format".utf8), [1, 0, 0, 0])
            try store.put("meta", Array("ledgers".utf8), [1, 0, 0, 0])
            try store.put("meta", Array("identity".utf8), Array(repeating: 1, count: 16))
            #expect(store.verify().verdict == .good)
            try store.put("meta", Array("identity".utf8), Array(repeating: 2, count: 16))
            #expect(store.verify().findings.map(\.sequence) == [1])
            try store.put("meta", Array("identity".utf8), Array(repeating: 1, count: 16))
            try store.put("meta", Array("ledgers".utf8), [9, 0, 0, 0])
            #expect(store.verify().verdict == .cannotTell)
        }
    }

    @Test func `goes on behind damage by the stored nodes and finds what else is wrong`() throws {
        try VerifyStore.with(turns: 500) { store in
            try #require(try store.last > 1000)
            // One of no job, whose next event would miss it too, and within a commit.
            let missing = try #require(
                try (100...250 as ClosedRange<SequenceNumber>).first {
                    try store.value($0)[7] & 1 == 0 && store.value($0)[4] == 0
                })
            try store.removeEvent(missing)
            // One that does not end a commit, and does not begin the one that the search goes on with.
            let other = try #require(
                try (700...800 as ClosedRange<SequenceNumber>).first {
                    try store.value($0 - 1)[4] == 0 && store.value($0)[4] == 0
                })
            var value = try store.value(other)
            value[9] ^= 1
            try store.put(other, store.resealed(value, at: other))
            let report = store.verify()
            #expect(report.findings.count == 2, "\(report.text)")
            #expect(report.findings.first?.sequence == missing)
            #expect(report.findings.last?.sequence ?? 0 >= other)
        }
    }

    @Test func `reports no more than it was asked for, and counts the rest`() throws {
        try VerifyStore.with(turns: 60) { store in
            for sequence in 10..<40 as Range<SequenceNumber> {
                var value = try store.value(sequence)
                value[12] ^= 1
                try store.put(sequence, value)
            }
            let report = store.verify { $0.findingsMax = 5 }
            #expect(report.findings.map(\.sequence) == [10, 11, 12, 13, 14])
            #expect(report.findingsLeftOut == 25)
        }
    }

    @Test func `survives a row whose key is no number`() throws {
        try VerifyStore.with(turns: 20) { store in
            try store.put("events", [0, 0, 0, 0, 0, 0, 0, 5, 1], [1, 2, 3])
            let report = store.verify()
            #expect(report.verdict == .damaged)
            #expect(report.findings.contains { $0.sentence.contains("has 9 bytes instead of 8") }, "\(report.text)")
        }
    }

    @Test func `survives a last key that is far out`() throws {
        try VerifyStore.with(turns: 20) { store in
            let last = try store.last
            try store.put(1 << 60, try store.value(last))
            let report = store.verify()
            #expect(report.findings.contains { $0.sentence.hasPrefix("Events \(last + 1) to") }, "\(report.text)")
        }
    }
}
