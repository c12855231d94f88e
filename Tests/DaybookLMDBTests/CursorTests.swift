import DaybookLMDB
import Testing

@Suite struct `Cursors` {
    private let store: Store

    init() throws {
        store = try Store()
        for key: UInt64 in [10, 20, 30] { try store.put(key, [UInt8(key)]) }
    }

    @Test func `walk forwards and backwards`() throws {
        try store.environment.read { transaction in
            var cursor = try transaction.cursor(store.rows)
            var seen: [UInt8] = []
            while try cursor.next() { seen.append(cursor.value.unsafeLoad(as: UInt8.self)) }
            while try cursor.previous() { seen.append(cursor.value.unsafeLoad(as: UInt8.self)) }
            #expect(seen == [10, 20, 30, 20, 10])
        }
    }

    @Test(arguments: [(0, 10), (10, 10), (11, 20), (30, 30)] as [(UInt64, UInt64)])
    func `seek finds the first key that is not less`(wanted: UInt64, found: UInt64) throws {
        let key = try store.environment.read { transaction in
            var cursor = try transaction.cursor(store.rows)
            try cursor.seek(wanted)
            return UInt64(keyBytes: cursor.key)
        }
        #expect(key == found)
    }

    @Test func `seek beyond the end stands nowhere`() throws {
        try store.environment.read { transaction in
            var cursor = try transaction.cursor(store.rows)
            let isOnRow = try cursor.seek(31 as UInt64)
            let keyBytes = cursor.key.byteCount
            #expect(!isOnRow)
            #expect(keyBytes == 0)
        }
    }

    @Test func `an empty database has no first and no last row`() throws {
        let empty = try Store()
        let answers = try empty.environment.read { transaction in
            var cursor = try transaction.cursor(empty.rows)
            return [try cursor.first(), try cursor.last(), try cursor.next(), try cursor.previous()]
        }
        #expect(answers == [false, false, false, false])
    }

    @Test func `deleting while walking skips nothing`() throws {
        try store.environment.write { transaction in
            var cursor = try transaction.writeCursor(store.rows)
            try cursor.first()
            try cursor.deleteCurrent()
            try cursor.next()
            let next = UInt64(keyBytes: cursor.key)
            #expect(next == 20)
        }
        #expect(try store.count() == 2)
    }

    @Test func `the current row is replaced`() throws {
        try store.environment.write { transaction in
            var cursor = try transaction.writeCursor(store.rows)
            try cursor.seek(20 as UInt64)
            try ([99] as [UInt8]).withUnsafeBytes { try cursor.replaceCurrent($0) }
        }
        #expect(try store.get(20) == [99])
        #expect(try store.get(10) == [10])
    }

    @Test func `a cursor that has just written shows nothing old`() throws {
        try store.environment.write { transaction in
            var cursor = try transaction.writeCursor(store.rows)
            try cursor.last()
            try ([40] as [UInt8]).withUnsafeBytes { try cursor.put(key: 40 as UInt64, $0, .append) }
            let valueBytes = cursor.value.byteCount
            #expect(valueBytes == 0)
        }
        #expect(try store.get(40) == [40])
    }

    @Test func `appending through a cursor that lags behind is refused`() throws {
        let error = lmdbError {
            try store.environment.write { transaction in
                var cursor = try transaction.writeCursor(store.rows)
                try ([1] as [UInt8]).withUnsafeBytes { try cursor.put(key: 25 as UInt64, $0, .append) }
            }
        }
        #expect(error?.isKeyExisting == true)
        #expect(try store.count() == 3)
    }

    @Test func `two unsafe cursors append beside other writes`() throws {
        let environment = try LMDBEnvironment(
            at: store.directory.subdirectory("two"), databases: ["a", "b", "c"], options: .forTests)
        let databases = ["a", "b", "c"].map { environment.database($0)! }
        let counts = try environment.write { transaction in
            var first = try transaction.unsafeCursor(databases[0])
            var second = try transaction.unsafeCursor(databases[1])
            for key in 0..<1_000 as Range<UInt64> {
                try withUnsafeBytes(of: key) { try first.put(key: key, $0, .append) }
                try transaction.put(databases[2], key: key, key)
                try withUnsafeBytes(of: key) { try second.put(key: key, $0, .append) }
            }
            first.close()
            second.close()
            return try databases.map { try transaction.count($0) }
        }
        #expect(counts == [1_000, 1_000, 1_000])
    }

    @Test func `typed rows are walked from a key on, until told to stop`() throws {
        let rows = TypedDatabase<UInt64, [UInt8]>(store.rows)
        var keys: [UInt64] = []
        try store.environment.read { transaction in
            try transaction.forEach(rows, from: 15) { key, _ in
                keys.append(key)
                return key < 20
            }
        }
        #expect(keys == [20])
    }
}
