import Daybook
import DaybookLog
import DaybookModel
import Synchronization
import Testing

/// A clock whose writer can be met when it has just been woken to write.
private final class Alarm: Sendable {
    private struct State {
        var isAsleep = false
        var onWake: (@Sendable () -> Void)?
    }
    private let state = Mutex(State())

    var isAsleep: Bool { state.withLock { $0.isAsleep } }
    func onNextWake(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.onWake = body } }

    func clock(_ host: HostFacts) -> EngineClock {
        let real = EngineClock.real(host)
        return EngineClock(
            now: real.now, monotonicNanoseconds: real.monotonicNanoseconds,
            sleep: { wake, seen, _ in
                self.state.withLock { $0.isAsleep = true }
                // No time-out: who wakes it has something to write.
                while wake.commits == seen { _ = wake.waitAsWriter(after: seen, timeoutNanoseconds: 1_000_000_000) }
                let body = self.state.withLock { state in
                    state.isAsleep = false
                    defer { state.onWake = nil }
                    return state.onWake
                }
                body?()
            })
    }
}

@Suite struct `Cancelling the task that enqueues` {
    @Test func `before the job was handed over enqueues nothing`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder)
            let before = try engine.read { try $0.last }
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return try await engine.enqueue("n", arguments: [])
            }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            let together = Task {
                while !Task.isCancelled { await Task.yield() }
                return try await engine.enqueue([JobRequest("n", arguments: [])])
            }
            together.cancel()
            await #expect(throws: CancellationError.self) { try await together.value }
            _ = try await engine.perform(.look)
            #expect(try engine.read { try $0.last } == before)
            try await engine.close()
        }
    }

    @Test func `afterwards does not undo it, and it returns the job`() async throws {
        try await withStoreFolder { folder in
            let alarm = Alarm()
            let host = try HostFacts.real()
            let engine = try JobEngine.open(
                folder, program: "test", options: EngineOptions(), host: host, clock: alarm.clock(host)
            ) { _ in }
            while !alarm.isAsleep { await Task.yield() }
            let cancel = Mutex<(@Sendable () -> Void)?>(nil)
            let wasCancelledInTime = Mutex(false)
            // The writer has the job in his hands and has not begun his turn.
            alarm.onNextWake {
                let cancel = cancel.withLock { $0 }
                cancel?()
                wasCancelledInTime.withLock { $0 = cancel != nil }
            }
            let mayGo = Countdown(1)
            let task = Task {
                await mayGo.wait()
                let job = try await engine.enqueue("n", arguments: [])
                return (job, Task.isCancelled)
            }
            cancel.withLock { $0 = { task.cancel() } }
            mayGo.signal()
            let (job, isCancelled) = try await task.value
            #expect(isCancelled)
            #expect(wasCancelledInTime.withLock { $0 })
            #expect(try job.state() == .enqueued)
            try await engine.close()
        }
    }
}
