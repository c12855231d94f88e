@testable import DaybookLMDB
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `Readers` {
    /// A process that is killed in the middle of reading.
    private func dieReading(_ path: String) async {
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let environment = try LMDBEnvironment(at: path, databases: ["rows"], options: .forTests)
            try environment.read { _ in _ = kill(getpid(), SIGKILL) }
        }
    }

    @Test func `of a killed process are reaped`() async throws {
        let store = try Store()
        try store.put(1)
        await dieReading(store.directory.path)
        try store.put(2)
        try store.put(3)
        let oldest = try #require(try store.environment.info().oldestReader)
        #expect(oldest.reader.pid != getpid())
        #expect(oldest.transactionsBehind == 2)
        #expect(try store.environment.reapDeadReaders() == 1)
        #expect(try store.environment.reapDeadReaders() == 0)
        #expect(try store.environment.readers().allSatisfy { $0.pid == getpid() })
    }

    @Test func `find a slot when dead ones hold them all`() async throws {
        let store = try Store(TemporaryDirectory(), .forTests { $0.readersMax = 2 })
        await dieReading(store.directory.path)
        // The slot that opening the environment took is idle; this reader and the dead one fill the table.
        try store.environment.read { _ in
            let count = try store.count()
            #expect(count == 0)
        }
    }

    @Test func `beyond the table are refused with advice`() throws {
        let store = try Store(TemporaryDirectory(), .forTests { $0.readersMax = 2 })
        let error = lmdbError {
            try store.environment.read { _ in
                try store.environment.read { _ in _ = try store.count() }
            }
        }
        #expect(error?.isReadersFull == true)
        #expect(error?.description.contains("mdb_stat -r") == true)
        #expect(try store.count() == 0)
    }

    @Test func `use their slots again`() throws {
        let store = try Store()
        for _ in 0..<1_000 { _ = try store.count() }
        #expect(try store.environment.readers().count <= 2)
    }

    @Test func `give surplus slots back`() throws {
        let store = try Store()
        func nest(_ depth: Int) throws {
            try store.environment.read { _ in if depth > 1 { try nest(depth - 1) } }
        }
        try nest(100)
        #expect(try store.environment.readers().count <= 16)
    }

    @Test func `that are idle pin nothing`() throws {
        let store = try Store()
        _ = try store.count()
        try store.put(1)
        #expect(try store.environment.readers().allSatisfy { $0.transactionID == nil })
    }
}

@Suite struct `Scans` {
    @Test func `keep their snapshot until they renew it`() throws {
        let store = try Store()
        try store.put(1)
        let counts = try store.environment.scan { transaction in
            var counts = [try transaction.count(store.rows)]
            try store.put(2)
            counts.append(try transaction.count(store.rows))
            try transaction.renew()
            counts.append(try transaction.count(store.rows))
            return counts
        }
        #expect(counts == [1, 1, 2])
    }

    @Test func `renew only what is old enough`() throws {
        let store = try Store()
        let answers = try store.environment.scan { transaction in
            let isOld = try transaction.renewIfOlder(thanMilliseconds: 3_600_000)
            let start = MonotonicDeadline.nowNanoseconds
            while MonotonicDeadline.nowNanoseconds == start {}
            let isOlder = try transaction.renewIfOlder(thanMilliseconds: 0)
            return [isOld, isOlder]
        }
        #expect(answers == [false, true])
    }

    @Test func `find their place again after renewing`() throws {
        let store = try Store()
        for key in 0..<100 as Range<UInt64> { try store.put(key) }
        var seen: [UInt64] = []
        try store.environment.scan { transaction in
            var next: UInt64? = 0
            while let key = next {
                next = try step(&transaction, from: key)
                if next != nil { seen.append(key) }
                try transaction.renew()
            }
        }
        #expect(seen == Array(0..<99))

        func step(_ transaction: inout ScanTransaction, from key: UInt64) throws -> UInt64? {
            var cursor = try transaction.cursor(store.rows)
            guard try cursor.seek(key), try cursor.next() else { return nil }
            return UInt64(keyBytes: cursor.key)
        }
    }

    @Test func `end before the environment closes`() throws {
        let store = try Store()
        try store.put(1)
        let counts = Collected<Int>()
        let isScanning = Flag()
        let scanner = OtherThread {
            try? store.environment.scan { transaction in
                isScanning.raise()
                guard eventually({ store.environment.gate.isWantedAlone }) else { return }
                for _ in 0..<1_000 { try transaction.renew() }
                counts.add(try transaction.count(store.rows))
            }
        }
        #expect(eventually { isScanning.isRaised })
        store.environment.close()
        scanner.join()
        #expect(counts.all == [1])
    }
}
