import Synchronization
import Testing

@testable import Daybook
@testable import DaybookLog

private final class Free: Sendable {
    private let held = Mutex(1 << 30)

    var bytes: Int {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}

@Suite struct `An engine says that the disk is full` {
    /// On a disk that has so many bytes free, asked again each time.
    private func withEngine(_ free: Free, _ body: (JobEngine) async throws -> Void) async throws {
        try await withStoreFolder { path in
            let folder = try StoreFolder.open(path, .readWrite(createIfMissing: true), program: "test")
            let host = try HostFacts.real()
            var environment = try EngineEnvironment(folder, host, .real(host))
            environment.reserve = DiskReserve(
                DataFileSpace(
                    path: path, usedBytes: { 1 << 30 }, preallocate: { _, _ in 95 },
                    freeBytes: { free.bytes }),
                retryNanoseconds: 0)
            let engine = try JobEngine.open(in: environment, folder, program: "test", options: EngineOptions()) {
                $0.register("n") { _, _ in }
            }
            try await body(engine)
            try await engine.close()
        }
    }

    /// Nil if it was taken.
    private func refusal(_ engine: JobEngine) async throws -> Refusal.Code? {
        do {
            try await engine.enqueue("n", arguments: [])
            return nil
        } catch let refusal as Refusal {
            return refusal.code
        }
    }

    @Test func `from the byte on at which it takes no job any more, and no longer`() async throws {
        let free = Free()
        try await withEngine(free) { engine in
            var taken = 0
            for bytes in stride(from: DiskReserve.reserveBytes + (2 << 20), to: DiskReserve.reserveBytes, by: -16_384) {
                free.bytes = bytes
                let isReady = engine.readiness == .ready
                let facts = try engine.storeFacts()
                #expect(facts?.refusesNewWork == !isReady)
                let refused = try await refusal(engine)
                #expect(refused == (isReady ? nil : .diskFull), "\(bytes)")
                taken += isReady ? 1 : 0
            }
            #expect((1..<127).contains(taken))
            free.bytes = 1 << 30
            #expect(engine.readiness == .ready)
            #expect(try await refusal(engine) == nil)
        }
    }

    @Test func `when what its workers may claim in the same turn leaves no room`() async throws {
        let free = Free()
        try await withEngine(free) { engine in
            let room = DiskReserve.leastForNewBytes(usedBytes: 1 << 30)
            free.bytes = room
            #expect(engine.readiness == .ready)
            try await engine.working(64) {
                try await engine.wait { !engine.writer.currentPools.isEmpty }
                #expect(engine.readiness == .outOfSpace)
                #expect(try await refusal(engine) == .diskFull)
                free.bytes = 1 << 30
                #expect(engine.readiness == .ready)
            }
        }
    }
}
