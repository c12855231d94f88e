@testable import DaybookLMDB
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `The map` {
    private static let small = EnvironmentOptions.forTests { $0.mapSizeBytes = 256 << 10 }

    @Test func `grows when it is full, and the body runs again`() throws {
        let store = try Store(TemporaryDirectory(), Self.small)
        var runs = 0
        try store.environment.write { transaction in
            runs += 1
            for key in 0..<1_000 as Range<UInt64> {
                try transaction.put(store.rows, key: key, [UInt8](repeating: 1, count: 1_000))
            }
        }
        #expect(runs > 1)
        #expect(try store.count() == 1_000)
        #expect(try store.environment.info().mapSizeBytes >= 1 << 20)
    }

    @Test func `grows whatever the body makes of the error`() throws {
        struct Wrapped: Error {}
        let store = try Store(TemporaryDirectory(), Self.small)
        try store.environment.write { transaction in
            do {
                try transaction.put(store.rows, key: 1 as UInt64, [UInt8](repeating: 1, count: 400 << 10))
            } catch { throw Wrapped() }
        }
        try store.environment.write { transaction in
            try? transaction.put(store.rows, key: 2 as UInt64, [UInt8](repeating: 1, count: 900 << 10))
        }
        #expect(try store.count() == 2)
    }

    @Test func `grows for a cursor too`() throws {
        let store = try Store(TemporaryDirectory(), Self.small)
        let value = [UInt8](repeating: 1, count: 1_000)
        try store.environment.write { transaction in
            var cursor = try transaction.writeCursor(store.rows)
            for key in 0..<1_000 as Range<UInt64> {
                try value.withUnsafeBytes { try cursor.put(key: key, $0, .append) }
            }
        }
        #expect(try store.count() == 1_000)
    }

    @Test func `grows when only the commit finds it full`() throws {
        let store = try Store(TemporaryDirectory(), Self.small)
        for key in 0..<400 as Range<UInt64> { try store.put(key, [UInt8](repeating: 1, count: 3_000)) }
        for key in stride(from: 0, to: 400, by: 2) as StrideTo<UInt64> {
            try store.environment.write { try $0.delete(store.rows, key: key) }
        }
        #expect(try store.count() == 200)
    }

    @Test func `waits for a reader before it moves`() throws {
        let store = try Store(TemporaryDirectory(), Self.small)
        try store.put(1, [UInt8](repeating: 7, count: 100))
        let isReading = Flag()
        let sums = Collected<Int>()
        let reader = OtherThread {
            try? store.environment.read { transaction in
                let bytes = try transaction.unsafeGet(store.rows, key: 1 as UInt64)!
                isReading.raise()
                guard eventually({ store.environment.gate.isWantedAlone }) else { return }
                sums.add(bytes.reduce(0) { $0 + Int($1) })
            }
        }
        #expect(eventually { isReading.isRaised })
        try store.fill(1_000)
        reader.join()
        #expect(sums.all == [700])
        #expect(try store.count() == 1_000)
    }

    @Test func `does not move under a read of the same thread, and says so at once`() throws {
        let store = try Store(TemporaryDirectory(), Self.small)
        try store.put(1)
        let error = lmdbError {
            try store.environment.read { _ in try store.fill(1_000) }
        }
        #expect(error?.isGrowthBlocked == true)
        #expect(try store.count() == 1)
        try store.fill(1_000)
    }

    @Test func `does not shrink for one who found it full before others grew it`() throws {
        let store = try Store(TemporaryDirectory(), Self.small)
        let seenBytes = Self.small.mapSizeBytes
        for bytes in [seenBytes, seenBytes * 2, seenBytes] { try store.environment.growMap(beyond: bytes, .current) }
        #expect(try store.environment.info().mapSizeBytes == seenBytes * 4)
    }

    @Test func `moves between two snapshots of a scan`() throws {
        let store = try Store(TemporaryDirectory(), Self.small)
        try store.put(1)
        let failures = Collected<String>()
        let count = try store.environment.scan { transaction in
            let isDone = Flag()
            let writer = OtherThread {
                do { try store.fill(1_000) } catch { failures.add("\(error)") }
                isDone.raise()
            }
            #expect(eventually { store.environment.gate.isWantedAlone })
            while !isDone.isRaised { try transaction.renew() }
            writer.join()
            try transaction.renew()
            return try transaction.count(store.rows)
        }
        #expect(failures.all == [])
        #expect(count == 1_000)
    }

    @Test func `is taken over when another process has grown it`() async throws {
        let store = try Store(TemporaryDirectory(), Self.small)
        try store.put(1)
        await #expect(processExitsWith: .success) { [path = store.directory.path as String] in
            let environment = try LMDBEnvironment(at: path, databases: ["rows"], options: .forTests)
            let rows = environment.database("rows")!
            try environment.write { transaction in
                for key in 0..<1_000 as Range<UInt64> {
                    try transaction.put(rows, key: key, [UInt8](repeating: 1, count: 1_000))
                }
            }
        }
        let reader = OtherThread { _ = try? store.count() }
        #expect(try store.count() == 1_000)
        reader.join()
        try store.put(2_000)
        #expect(try store.environment.info().mapSizeBytes > Self.small.mapSizeBytes)
    }

    @Test func `is made smaller where the address space is limited`() async throws {
        await #expect(processExitsWith: .success) {
            try #require(limit(RLIMIT_AS, to: 8 << 30))
            let store = try Store(TemporaryDirectory(), EnvironmentOptions())
            let mapSizeBytes = try store.environment.info().mapSizeBytes
            try #require(mapSizeBytes >= 1 << 30)
            try #require(mapSizeBytes < 8 << 30)
            try store.put(1)
        }
    }

    @Test func `is refused where there is no address space at all`() async throws {
        await #expect(processExitsWith: .success) {
            let directory = TemporaryDirectory()
            try #require(limit(RLIMIT_AS, to: 1 << 20))
            let error = lmdbError { _ = try LMDBEnvironment(at: directory.path, databases: []) }
            try #require(error?.code == ENOMEM)
        }
    }

    @Test func `that cannot grow leaves the environment as it was`() async throws {
        await #expect(processExitsWith: .success) {
            let options = EnvironmentOptions.forTests { $0.mapSizeBytes = 3 << 30 }
            let store = try Store(TemporaryDirectory(), options)
            try store.put(1)
            try #require(limit(RLIMIT_AS, to: 4 << 30))
            let error = lmdbError { try store.environment.growMap(beyond: 3 << 30, .current) }
            try #require(error?.isMapFull == true)
            try #require(try store.count() == 1)
            try store.put(2)
        }
    }
}
