import DaybookModel
import Foundation
import Synchronization
import Testing

@testable import DaybookLog

@Suite struct `A writer that waits` {
    @Test func `for a stopped process names it, and goes on when that is killed`() throws {
        try withStore { path in
            let reports = Reports()
            let store = try StoreFolder.opened(path, options: .blocked(reports))
            defer { store.close() }
            let child = try ChildProcess("hold-write", path)
            try #require(child.line() == "ready")
            child.kill(SIGSTOP)
            child.waitUntilStopped()
            let write = OtherThread { try store.storage.write { try $0.last } }
            let report = reports.next()
            #expect(report.blocker == child.pid)
            #expect(report.description.hasPrefix("writer blocked by pid \(child.pid)"))
            child.kill(SIGKILL)
            #expect(try write.result() == 1)
            #expect(reports.count == 1)
        }
    }

    @Test func `goes on when the process does`() throws {
        try withStore { path in
            let reports = Reports()
            let store = try StoreFolder.opened(path, options: .blocked(reports))
            defer { store.close() }
            let child = try ChildProcess("hold-write", path)
            try #require(child.line() == "ready")
            let write = OtherThread { try store.storage.write { try $0.last } }
            #expect(reports.next().blocker == child.pid)
            child.endInput()
            #expect(try write.result() == 1)
            #expect(child.wait() == 0)
        }
    }

    @Test func `says nothing when it need not wait`() throws {
        try withStore { path in
            let reports = Reports()
            let store = try StoreFolder.opened(path, options: .blocked(reports))
            let writer = LogWriter(store.storage)
            for _ in 0..<50 { try writer.perform(.enqueue(.example())) }
            store.close()
            #expect(reports.count == 0)
        }
    }

    /// With no patience at all the thread that watches looks all the time, also while somebody begins to wait.
    @Test func `may begin to wait while it is looked who does`() throws {
        try withStore { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let wake = try #require(store.wake)
            let watch = WriterWatch(wake, processID: getpid(), patienceMilliseconds: 0) { _ in }
            let others = (0..<2).map { _ in OtherThread { for _ in 0..<20_000 { watch.end(watch.begin()) } } }
            for other in others { try other.result() }
        }
    }

    @Test func `is told once`() throws {
        try withStore { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let wake = try #require(store.wake)
            _ = wake.announce(WakePage.Holder(processID: 7, atNanoseconds: 1))
            let reports = Reports()
            let watch = WriterWatch(wake, processID: getpid(), patienceMilliseconds: 16, report: reports.add)
            let first = watch.begin()
            #expect(reports.next().blocker == 7)
            // By the time that a second one is told, the first could have been told again.
            let second = watch.begin()
            #expect(reports.next().blocker == 7)
            watch.end(second)
            watch.end(first)
            #expect(reports.count == 2)
        }
    }

    @Test func `names a process that was stopped before it could announce itself`() throws {
        try withStore { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let child = try ChildProcess("hold", path)
            try #require(child.line() == "ready")
            child.kill(SIGSTOP)
            child.waitUntilStopped()
            let wake = try #require(store.wake)
            _ = wake.queueUp(getpid())
            _ = wake.queueUp(child.pid)
            let reports = Reports()
            let watch = WriterWatch(wake, processID: getpid(), patienceMilliseconds: 32, report: reports.add)
            let ticket = watch.begin()
            #expect(reports.next().blocker == child.pid)
            watch.end(ticket)
        }
    }

    @Test func `is not blocked as long as others take turns`() throws {
        try withStore { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let wake = try #require(store.wake)
            let reports = Reports()
            let watch = WriterWatch(wake, processID: getpid(), patienceMilliseconds: 160, report: reports.add)
            let ticket = watch.begin()
            let end = MonotonicClock.nowNanoseconds + 400_000_000
            var turn: UInt64 = 0
            while MonotonicClock.nowNanoseconds < end {
                turn += 1
                _ = wake.announce(WakePage.Holder(processID: 7, atNanoseconds: turn * 1_000_000))
                _ = wake.waitForCommit(after: wake.commits, timeoutNanoseconds: 5_000_000)
            }
            watch.end(ticket)
            #expect(reports.count == 0)
        }
    }
}

@Suite struct `Writers of two processes` {
    @Test func `let each other in`() throws {
        try withStore { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let wake = try #require(store.wake)
            let turnstile = WriterTurnstile.forTests(wake, standingAsideNanoseconds: .max / 4)
            turnstile.passOnce()
            let other = try #require(wake.queueUp(1))
            let turn = wake.turns
            let next = OtherThread {
                turnstile.passOnce()
                return wake.turns
            }
            // It stands aside, for as long as the other has not had its turn.
            while wake.page.load32(WakePage.Offset.yielders) == 0 { MonotonicClock.pause(nanoseconds: 10_000) }
            #expect(wake.turns == turn)
            _ = wake.announce(WakePage.Holder(processID: 1, atNanoseconds: 1))
            wake.leaveQueue(other, 1)
            #expect(try next.result() == turn + 2)
        }
    }

    @Test func `do not stand aside for nobody`() throws {
        try withStore { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let wake = try #require(store.wake)
            let turnstile = WriterTurnstile.forTests(wake, standingAsideNanoseconds: .max / 4)
            turnstile.passOnce()
            turnstile.passOnce()
            #expect(wake.turns == 2)
        }
    }

    @Test func `do not wait for one that does not come, nor a second time`() throws {
        try withStore { path in
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            let wake = try #require(store.wake)
            let turnstile = WriterTurnstile.forTests(wake, standingAsideNanoseconds: 1_000_000_000)
            turnstile.passOnce()
            _ = wake.queueUp(1)
            turnstile.passOnce()
            #expect(wake.queue.isEmpty)
        }
    }

    @Test(.enabled(if: runsEverything))
    func `take turns`() throws {
        try withStore { path in
            let children = try ["a", "b"].map { try ChildProcess("append", path, "300", $0) }
            // Both are at work before the count begins.
            children.forEach { _ = $0.line() }
            children.forEach { $0.wait() }
            let store = try StoreFolder.opened(path)
            defer { store.close() }
            var queues: [String] = []
            try store.storage.read { log in
                try log.events(from: 2) { sequence, value in
                    let body = try Event(value, at: sequence).body
                    if case .created(let created) = body { queues.append(created.value.queue) }
                    return true
                }
            }
            let changes = zip(queues, queues.dropFirst()).filter { $0 != $1 }.count
            #expect(queues.count == 600)
            #expect(changes > 150, "\(changes) changes of turn among 600 commits of two busy processes")
        }
    }
}

extension WriterTurnstile {
    fileprivate static func forTests(_ wake: WakePage, standingAsideNanoseconds: UInt64) -> WriterTurnstile {
        let watch = WriterWatch(wake, processID: getpid(), patienceMilliseconds: 1_000_000) { _ in }
        return WriterTurnstile(
            wake, processID: getpid(), watch: watch, standingAsideNanoseconds: standingAsideNanoseconds)
    }

    fileprivate func passOnce() {
        var passage = queueUp()
        hold(&passage)
        end(&passage)
    }
}

/// What a watch has reported, to be waited for.
final class Reports: Sendable {
    private let list = Mutex<[BlockedWriter]>([])
    private let signal = DispatchSemaphore(value: 0)

    @Sendable func add(_ report: BlockedWriter) {
        list.withLock { $0.append(report) }
        signal.signal()
    }

    var count: Int { list.withLock { $0.count } }

    func next() -> BlockedWriter {
        signal.wait()
        return list.withLock { $0[$0.count - 1] }
    }
}

extension StoreFolder.Options {
    fileprivate static func blocked(_ reports: Reports) -> StoreFolder.Options {
        forTests { options in
            options.writerPatienceMilliseconds = 64
            options.writerBlocked = reports.add
        }
    }
}

/// A thread of its own, and what came of it.
final class OtherThread<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, any Error>?>(nil)
    private let isDone = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () throws -> Value) {
        Thread.detachNewThread { [outcome = Box(self)] in
            let result = Result { try body() }
            outcome.value.outcome.withLock { $0 = result }
            outcome.value.isDone.signal()
        }
    }

    func result() throws -> Value {
        isDone.wait()
        return try outcome.withLock { try $0!.get() }
    }

    private struct Box: Sendable {
        let value: OtherThread
        init(_ value: OtherThread) { self.value = value }
    }
}
