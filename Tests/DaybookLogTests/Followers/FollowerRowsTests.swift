import DaybookLMDB
import DaybookModel
import Testing

@testable import DaybookLog

@Suite struct `Rows of a follower` {
    /// Runs `body` on the rows of one batch, and `look` on what is stored afterwards.
    private func withRows(
        _ body: (inout FollowerRows) throws -> Void, then look: (borrowing FollowerView) throws -> Void = { _ in }
    ) throws {
        try withPending(
            { pending in
                var rows = FollowerRows(pending)
                try body(&rows)
            }, then: look)
    }

    private func withPending(
        _ body: (PendingRows) throws -> Void, then look: (borrowing FollowerView) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            var options = EnvironmentOptions()
            options.durability = .scratch
            options.mapSizeBytes = 64 << 20
            let environment = try LMDBEnvironment(at: folder, databases: ["rows"], options: options)
            defer { environment.close() }
            let database = try #require(environment.database("rows"))
            try environment.write { transaction in
                let pending = PendingRows(StoredRows(handle: transaction.handle, database: database))
                try body(pending)
                try pending.flush()
            }
            try environment.read { transaction in
                let stored = StoredRows(handle: transaction.handle, database: database)
                try look(FollowerView(stored, position: 0, eventsBehind: 0))
            }
        }
    }

    @Test func `are what was put last, before and after the batch`() throws {
        try withRows { rows in
            try rows.put(Packed("a"), Packed(1))
            try rows.put(Packed("a"), Packed(2))
            try rows.put(Packed("b"), Packed(3))
            try rows.delete(Packed("b"))
            try rows.delete(Packed("never there"))
            #expect(try rows[Packed("a")] == Packed(2))
            #expect(try rows[Packed("b")] == nil)
            #expect(try rows.add(5, to: Packed("sum")) == 5)
            #expect(try rows.add(-7, to: Packed("sum")) == -2)
        } then: { view in
            let stored = [try view[Packed("a")], try view[Packed("b")], try view[Packed("sum")]]
            #expect(stored == [Packed(2), nil, Packed(-2)])
        }
    }

    @Test func `are walked in the order of their keys, under their prefix only, however many there are`() throws {
        try withRows { rows in
            for number in (0..<1_000).reversed() { try rows.put(Packed("n", number), Packed(number)) }
            try rows.put(Packed("m"), Packed(0))
            try rows.put(Packed("o"), Packed(0))
            var walked: [Int] = []
            try rows.walk(Packed("n")) { key, value in
                walked.append(try value.unpacked(as: Int.self))
                // Changing rows on the way is allowed.
                try rows.put(key, Packed(-1))
                return true
            }
            #expect(walked == Array(0..<1_000))
        } then: { view in
            var walked: [Int] = []
            try view.walk(Packed("n"), from: Packed("n", 990)) { key, value in
                #expect(value == Packed(-1))
                walked.append(try key.unpacked(as: String.self, Int.self).1)
                return walked.count < 5
            }
            #expect(walked == Array(990..<995))
            var all = 0
            try view.walk(Packed(bytes: [])) { _, _ in
                all += 1
                return true
            }
            #expect(all == 1_002)
        }
    }

    @Test func `can be deleted by their prefix`() throws {
        try withRows { rows in
            for number in 0..<600 { try rows.put(Packed("tenant", "ada", number), Packed(number)) }
            try rows.put(Packed("tenant", "adam", 1), Packed(1))
            try rows.deleteAll(under: Packed("tenant", "ada"))
        } then: { view in
            var left: [Packed] = []
            try view.walk(Packed("tenant")) { key, _ in
                left.append(key)
                return true
            }
            #expect(left == [Packed("tenant", "adam", 1)])
        }
    }

    @Test func `are written early when a batch changes much`() throws {
        try withPending { pending in
            for number in 0..<40 {
                try pending.put(Packed(number), Packed(bytes: Array(repeating: 7, count: 1 << 20)))
                #expect(pending.changedBytes <= PendingRows.bytesMax)
            }
        } then: { view in
            let stored = [try view[Packed(0)], try view[Packed(39)]]
            #expect(stored.map { $0?.bytes.count } == [1 << 20, 1 << 20])
        }
    }

    @Test(arguments: [0, 512])
    func `cannot have keys that LMDB would not take`(byteCount: Int) throws {
        try withRows { rows in
            let key = Packed(bytes: Array(repeating: 7, count: byteCount))
            #expect(throws: LogError.self) { try rows.put(key, Packed(1)) }
            #expect(throws: LogError.self) { try rows[key] }
            try rows.put(Packed(bytes: Array(repeating: 7, count: 511)), Packed(1))
        }
    }
}
