import DaybookLMDB
import DaybookModel
import Foundation
import Synchronization
import Testing

@testable import DaybookLog

@Suite struct `Room on the disk` {
    private static let megabyte = 1 << 20

    @Test func `is there while the disk has it`() throws {
        let disk = FakeDisk(capacityBytes: 100 * Self.megabyte)
        let reserve = disk.reserve
        #expect(try reserve.hasRoom(for: .new, byteCount: Self.megabyte))
        #expect(try reserve.hasRoom(for: .completing, byteCount: Self.megabyte))
    }

    @Test func `is secured before it is used`() throws {
        let disk = FakeDisk(capacityBytes: 100 * Self.megabyte)
        _ = try disk.reserve.hasRoom(for: .new, byteCount: Self.megabyte)
        #expect(disk.allocatedBytes >= Self.megabyte + DiskReserve.reserveBytes)
    }

    @Test func `is asked for rarely`() throws {
        let disk = FakeDisk(capacityBytes: 1_000 * Self.megabyte)
        let reserve = disk.reserve
        for _ in 0..<1_000 {
            #expect(try reserve.hasRoom(for: .new, byteCount: 10_000))
            disk.grow(4_096)
        }
        #expect(disk.questions <= 4)
    }

    @Test func `for new work ends where the reserve begins`() throws {
        let disk = FakeDisk(capacityBytes: DiskReserve.reserveBytes + 100_000)
        let reserve = disk.reserve
        #expect(try reserve.hasRoom(for: .new, byteCount: 100_000))
        disk.grow(60_000)
        #expect(try !reserve.hasRoom(for: .new, byteCount: 60_000))
        #expect(try reserve.hasRoom(for: .completing, byteCount: 60_000))
        #expect(throws: LogError.self) { try reserve.require(.new, byteCount: 60_000) }
        try reserve.require(.completing, byteCount: 60_000)
    }

    @Test func `for completing ends with the reserve`() throws {
        let disk = FakeDisk(capacityBytes: DiskReserve.reserveBytes + 100_000)
        let reserve = disk.reserve
        #expect(try reserve.hasRoom(for: .new, byteCount: 100_000))
        disk.grow(DiskReserve.reserveBytes)
        #expect(try reserve.hasRoom(for: .completing, byteCount: 100_000))
        #expect(try !reserve.hasRoom(for: .completing, byteCount: 100_001))
    }

    @Test func `comes back by itself`() throws {
        let disk = FakeDisk(capacityBytes: DiskReserve.reserveBytes)
        let reserve = disk.reserve
        #expect(try !reserve.hasRoom(for: .new, byteCount: 100_000))
        disk.enlarge(by: 100_000)
        #expect(try reserve.hasRoom(for: .new, byteCount: 100_000))
    }

    @Test func `is not asked for again at every turn of a full disk`() throws {
        let disk = FakeDisk(capacityBytes: DiskReserve.reserveBytes)
        disk.failing = ENOSPC
        disk.enlarge(by: 100 * Self.megabyte)
        let reserve = DiskReserve(disk.space, retryNanoseconds: .max / 4)
        for _ in 0..<100 { #expect(try !reserve.hasRoom(for: .new, byteCount: 1_000)) }
        #expect(disk.questions == 2)
    }

    @Test func `is left to others when it is not enough for us`() throws {
        let disk = FakeDisk(capacityBytes: DiskReserve.reserveBytes)
        #expect(try !disk.reserve.hasRoom(for: .new, byteCount: 1_000_000))
        #expect(disk.questions == 0)
    }

    @Test func `is what is free where nothing can be secured`() throws {
        let disk = FakeDisk(capacityBytes: DiskReserve.reserveBytes + 100_000)
        disk.failing = EOPNOTSUPP
        let reserve = disk.reserve
        #expect(try reserve.hasRoom(for: .new, byteCount: 100_000))
        #expect(try !reserve.hasRoom(for: .new, byteCount: 100_001))
        #expect(try reserve.hasRoom(for: .completing, byteCount: 100_001))
        #expect(disk.questions == 1)
    }

    @Test func `is refused with what to do`() throws {
        let disk = FakeDisk(capacityBytes: 0)
        let error = #expect(throws: LogError.self) { try disk.reserve.require(.new, byteCount: 1) }
        #expect(error?.code == .diskFull)
        #expect(error?.description.contains("Free some space") == true)
    }

    @Test func `is kept in the file of a real store, whose size stays`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let size = try contents("\(path)/data.mdb").count
            try store.reserve?.require(.new, byteCount: 1_000)
            #expect(try contents("\(path)/data.mdb").count == size)
            var found = stat()
            try #require(stat("\(path)/data.mdb", &found) == 0)
            // A file system that cannot promise room leaves the blocks as they are.
            #expect(found.st_blocks * 512 >= DiskReserve.reserveBytes)
        }
    }

    @Test func `is enough for what a turn takes`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let writer = LogWriter(store.storage)
            for commands in [1, 10, 300] {
                let reserve = try #require(store.reserve)
                let byteCount = commands * 2_200
                let worst = try reserve.worstCaseBytes(commands: commands, byteCount: byteCount)
                let before = try store.storage.environment.usedBytes()
                try writer.turn(now: .second(1)) { turn in
                    for number in 0..<commands {
                        var created = Created.example(arguments: String(repeating: "x", count: 2_100))
                        created.key = "key-\(commands)-\(number)"
                        _ = try turn.perform(.enqueue(Box(created), onConflict: .existing))
                    }
                }
                #expect(try store.storage.environment.usedBytes() - before <= worst)
            }
        }
    }
}

/// A disk of a given size with one file on it.
private final class FakeDisk: Sendable {
    private struct State {
        var capacityBytes: Int
        var usedBytes = 0
        var allocatedBytes = 0
        var questions = 0
        var failing: Int32 = 0
    }

    private let state: Mutex<State>

    init(capacityBytes: Int) {
        state = Mutex(State(capacityBytes: capacityBytes))
    }

    var reserve: DiskReserve { DiskReserve(space, retryNanoseconds: 0) }
    var questions: Int { state.withLock { $0.questions } }
    var allocatedBytes: Int { state.withLock { $0.allocatedBytes } }

    var failing: Int32 {
        get { state.withLock { $0.failing } }
        set { state.withLock { $0.failing = newValue } }
    }

    func grow(_ byteCount: Int) {
        state.withLock { state in
            state.usedBytes += byteCount
            state.allocatedBytes = max(state.allocatedBytes, state.usedBytes)
        }
    }

    func enlarge(by byteCount: Int) { state.withLock { $0.capacityBytes += byteCount } }

    var space: DataFileSpace {
        DataFileSpace(
            path: "/disk", usedBytes: { self.state.withLock { $0.usedBytes } },
            preallocate: { offset, length in
                self.state.withLock { state in
                    state.questions += 1
                    if state.failing != 0 { return state.failing }
                    guard offset + length <= state.capacityBytes else { return ENOSPC }
                    state.allocatedBytes = max(state.allocatedBytes, offset + length)
                    return 0
                }
            },
            freeBytes: { self.state.withLock { $0.capacityBytes - $0.allocatedBytes } })
    }
}
