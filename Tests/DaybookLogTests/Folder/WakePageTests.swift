import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

@Suite struct `The wake page` {
    private static let minute: UInt64 = 60_000_000_000

    @Test func `tells of a commit in another process`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let wake = try #require(store.wake)
            let seen = wake.commits
            let child = try ChildProcess("append", path, "1")
            #expect(wake.waitForCommit(after: seen, timeoutNanoseconds: Self.minute) == seen &+ 1)
            #expect(child.line() == "ack 2 2")
            #expect(try store.storage.read { try $0.last } == 2)
        }
    }

    @Test func `gives up waiting in the end`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let wake = try #require(store.wake)
            #expect(wake.waitForCommit(after: wake.commits, timeoutNanoseconds: 1_000_000) == wake.commits)
        }
    }

    @Test func `does not wait for what has happened already`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let wake = try #require(store.wake)
            let seen = wake.commits
            wake.announceCommit()
            #expect(wake.waitForCommit(after: seen, timeoutNanoseconds: Self.minute) == seen &+ 1)
        }
    }

    @Test func `lets whoever committed go on before it tells others`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let wake = try #require(store.wake)
            let seen = wake.commits
            let before = try store.storage.read { try $0.last }
            var stood: (told: UInt32, last: SequenceNumber)?
            try LogWriter(store.storage).turn(now: .second(1)) { turn in
                _ = try turn.perform(.enqueue(.example()))
            } committed: {
                stood = (wake.commits, (try? store.storage.read { try $0.last }) ?? 0)
            }
            #expect(stood?.told == seen)
            #expect(stood?.last == before + 1)
            #expect(wake.commits == seen &+ 1)
        }
    }

    @Test func `calls the writer of one process and nobody else`() {
        let calls = (1...60).map { WakePage.Call.writer(of: Int32($0)) }
        #expect(calls.allSatisfy { $0.isDisjoint(with: [.writers, .onlookers]) && $0.rawValue.nonzeroBitCount == 1 })
        #expect(Set(calls.map(\.rawValue)).count == 30)
    }

    @Test func `keeps nobody waiting who has not seen that the writer was called`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let wake = try #require(store.wake)
            let seen = wake.commits
            wake.callWriter()
            #expect(wake.waitForCommit(after: seen, timeoutNanoseconds: Self.minute) == seen &+ 1)
            #expect(wake.waitAsWriter(after: seen, timeoutNanoseconds: Self.minute) == seen &+ 1)
        }
    }

    @Test func `says nothing of a turn without events`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let wake = try #require(store.wake)
            let seen = wake.commits
            let writer = LogWriter(store.storage)
            try writer.turn(now: .second(1)) { _ in }
            #expect(wake.commits == seen)
            try writer.perform(.enqueue(.example()))
            #expect(wake.commits == seen &+ 1)
        }
    }

    @Test func `says who writes, for as long as it does`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let wake = try #require(store.wake)
            try store.storage.write { _ in #expect(wake.writer?.processID == getpid()) }
            #expect(wake.writer == nil)
            _ = try? store.storage.write { _ in throw LogError(.badInput, "No.") }
            #expect(wake.writer == nil)
        }
    }

    @Test func `says who writes in another process`() throws {
        try withStore { path in
            let child = try ChildProcess("hold-write", path)
            try #require(child.line() == "ready")
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            #expect(store.wake?.writer?.processID == child.pid)
        }
    }

    @Test func `is withdrawn only by who announced`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let wake = try #require(store.wake)
            let first = WakePage.Holder(processID: 1, atNanoseconds: 1)
            let second = WakePage.Holder(processID: 2, atNanoseconds: 1)
            _ = wake.announce(first)
            _ = wake.announce(second)
            wake.withdraw(first)
            #expect(wake.holder == second)
            wake.withdraw(second)
            #expect(wake.holder == nil)
        }
    }

    @Test(arguments: [0, 100, 4_096])
    func `is made anew when it is spoilt and nobody uses it`(_ byteCount: Int) throws {
        try withStore { path in
            try write([UInt8](repeating: 0, count: byteCount), to: "\(path)/wake")
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            #expect(store.wake?.writer == nil)
            #expect(try contents("\(path)/wake").starts(with: Array("DAYBKWAK".utf8)))
        }
    }

    @Test func `is not made anew under those who use it`() throws {
        try withStore { path in
            let child = try ChildProcess("hold", path)
            try #require(child.line() == "ready")
            let descriptor = open("\(path)/wake", O_RDWR)
            try #require(pwrite(descriptor, "?", 1, 0) == 1)
            close(descriptor)
            expectRefusal(path, .unusable, "wake", "Stop them")
        }
    }

    @Test func `has room for those who wait, and no more`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let wake = try #require(store.wake)
            let places = (1...WakePage.places).map { wake.queueUp(Int32($0)) }
            #expect(Set(places.compactMap { $0 }).count == WakePage.places)
            #expect(wake.queueUp(1_000) == nil)
            wake.leaveQueue(try #require(places[4]), 5)
            #expect(wake.queue.map(\.processID).contains(5) == false)
            #expect(wake.queueUp(1_000) == places[4])
        }
    }
}
