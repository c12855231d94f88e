import DaybookLMDB
import Synchronization
import Testing

@Suite struct `Transactions` {
    @Test func `a reader sees what was committed`() throws {
        let store = try Store()
        try store.put(7, [1, 2, 3])
        #expect(try store.get(7) == [1, 2, 3])
        #expect(try store.get(8) == nil)
    }

    @Test func `a write that throws changes nothing`() throws {
        struct Refused: Error {}
        let store = try Store()
        #expect(throws: Refused.self) {
            try store.environment.write { transaction in
                try transaction.put(store.rows, key: 1 as UInt64, [1] as [UInt8])
                throw Refused()
            }
        }
        #expect(try store.count() == 0)
    }

    @Test func `a database of another environment is refused`() throws {
        let (store, other) = (try Store(), try Store())
        try other.put(1)
        let isForeign = { (error: any Error) in
            (error as? LMDBError)?.description.contains("the database is one of another environment") == true
        }
        try store.environment.read { transaction in
            do { _ = try transaction.count(other.rows); Issue.record("counted") } catch { #expect(isForeign(error)) }
            do { _ = try transaction.contains(other.rows, key: 1 as UInt64); Issue.record("found") } catch {
                #expect(isForeign(error))
            }
            do { _ = try transaction.cursor(other.rows); Issue.record("opened") } catch { #expect(isForeign(error)) }
        }
        let writes: [(inout WriteTransaction) throws -> Void] = [
            { try $0.put(other.rows, key: 2 as UInt64, [1] as [UInt8]) },
            { try $0.delete(other.rows, key: 1 as UInt64) },
            { try $0.clear(other.rows) },
        ]
        for write in writes {
            #expect { try store.environment.write { try write(&$0) } } throws: { isForeign($0) }
        }
        #expect(try other.count() == 1)
    }

    @Test func `a reader keeps its snapshot while others commit`() throws {
        let store = try Store()
        try store.put(1)
        try store.environment.read { transaction in
            OtherThread { try? store.put(2) }.join()
            let count = try transaction.count(store.rows)
            #expect(count == 1)
        }
        #expect(try store.count() == 2)
    }

    @Test func `a span shows the bytes of the row`() throws {
        let store = try Store()
        try store.put(1, [10, 20, 30])
        let sum = try store.environment.read { transaction in
            guard let span = try transaction.get(store.rows, key: 1 as UInt64) else { return -1 }
            return (0..<span.byteCount).reduce(0) { $0 + Int(span.unsafeLoad(fromByteOffset: $1, as: UInt8.self)) }
        }
        #expect(sum == 60)
    }

    @Test func `numbers order by value`() throws {
        let store = try Store()
        for key: UInt64 in [256, 1, .max, 255, 1 << 32] { try store.put(key) }
        var keys: [UInt64] = []
        try store.environment.read { transaction in
            try transaction.forEach(TypedDatabase<UInt64, [UInt8]>(store.rows)) { key, _ in
                keys.append(key)
                return true
            }
        }
        #expect(keys == [1, 255, 256, 1 << 32, .max])
    }

    @Test func `appending a key that is not the greatest is refused`() throws {
        let store = try Store()
        try store.put(5)
        let error = lmdbError {
            try store.environment.write { try $0.put(store.rows, key: 5 as UInt64, [1] as [UInt8], .append) }
        }
        #expect(error?.isKeyExisting == true)
        try store.environment.write { try $0.put(store.rows, key: 6 as UInt64, [1] as [UInt8], .append) }
        #expect(try store.count() == 2)
    }

    @Test func `a row is not overwritten when that was forbidden`() throws {
        let store = try Store()
        try store.put(1, [1])
        let error = lmdbError {
            try store.environment.write { try $0.put(store.rows, key: 1 as UInt64, [2] as [UInt8], .noOverwrite) }
        }
        #expect(error?.isKeyExisting == true)
        #expect(try store.get(1) == [1])
    }

    @Test func `deleting says whether the row was there`() throws {
        let store = try Store()
        try store.put(1)
        let answers = try store.environment.write { transaction in
            let first = try transaction.delete(store.rows, key: 1 as UInt64)
            return [first, try transaction.delete(store.rows, key: 1 as UInt64)]
        }
        #expect(answers == [true, false])
    }

    @Test func `clearing leaves an empty database that can be used`() throws {
        let store = try Store()
        try store.fill(100)
        try store.environment.write { try $0.clear(store.rows) }
        #expect(try store.count() == 0)
        try store.put(1)
        #expect(try store.count() == 1)
    }

    @Test func `reserved room is filled in place`() throws {
        let store = try Store()
        try store.environment.write { transaction in
            try transaction.putReserved(store.rows, key: 1 as UInt64, byteCount: 4) { room in
                for index in room.indices { room[index] = UInt8(index) }
            }
        }
        #expect(try store.get(1) == [0, 1, 2, 3])
    }

    @Test(arguments: [0, 512])
    func `keys that LMDB cannot hold are refused`(keyBytes: Int) throws {
        let store = try Store()
        let key = [UInt8](repeating: 1, count: keyBytes)
        let error = lmdbError { try store.environment.write { try $0.put(store.rows, key: key, [1] as [UInt8]) } }
        #expect(error?.isBadSize == true)
    }

    @Test func `text and bytes are keys too`() throws {
        let store = try Store()
        try store.environment.write { transaction in
            try transaction.put(store.rows, key: "schlüssel", 1 as UInt64)
            try transaction.put(store.rows, key: [0xFF, 0] as [UInt8], 2 as UInt64)
        }
        let values = try store.environment.read { transaction in
            [
                try transaction.get(TypedDatabase<String, UInt64>(store.rows), key: "schlüssel"),
                try transaction.get(TypedDatabase<[UInt8], UInt64>(store.rows), key: [0xFF, 0]),
            ]
        }
        #expect(values == [1, 2])
    }

    @Test func `a value of another form is reported, not misread`() throws {
        let store = try Store()
        try store.put(1, [1, 2, 3])
        let error = lmdbError {
            _ = try store.environment.read { try $0.get(TypedDatabase<UInt64, UInt64>(store.rows), key: 1) }
        }
        #expect(error?.isMalformedValue == true)
    }

    @Test func `statistics tell rows, depth and pages`() throws {
        let store = try Store()
        try store.fill(300)
        try store.put(5_000, [UInt8](repeating: 0, count: 10_000))
        let statistics = try store.environment.read { try $0.statistics(store.rows) }
        #expect(statistics.rows == 301)
        #expect(statistics.depth == 2)
        #expect(statistics.branchPages == 1)
        #expect(statistics.leafPages == 100)
        #expect(statistics.overflowPages == 3)
        #expect(statistics.pageSizeBytes == 4_096)
    }

    @Test func `a write inside a write on the same thread is refused, and the outer one goes on`() throws {
        let store = try Store()
        try store.environment.write { transaction in
            let error = lmdbError { try store.put(1) }
            #expect(error?.isNestedWrite == true)
            try transaction.put(store.rows, key: 2 as UInt64, [1] as [UInt8])
        }
        #expect(try store.count() == 1)
        try store.put(3)
    }

    @Test func `a read inside a write sees what was committed before`() throws {
        let store = try Store()
        try store.environment.write { transaction in
            try transaction.put(store.rows, key: 1 as UInt64, [1] as [UInt8])
            #expect(try store.count() == 0)
            let count = try transaction.count(store.rows)
            #expect(count == 1)
        }
    }

    @Test func `writers on many threads take turns`() throws {
        let store = try Store()
        let failures = Atomic<Int>(0)
        let threads = (0..<8).map { writer in
            OtherThread {
                for row in 0..<50 {
                    do { try store.put(UInt64(writer * 1_000 + row)) } catch { failures.add(1, ordering: .relaxed) }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(failures.load(ordering: .relaxed) == 0)
        #expect(try store.count() == 400)
    }
}
