import Daybook
import DaybookModel
import Synchronization

/// Jobs through the whole engine: enqueue awaited, claimed, a no-op run, success recorded.
let engineThroughput: [Measurement] = [
    Measurement(
        suite: "engine", name: "end to end, raw payload, 1024 in flight", unit: .perSecond,
        target: .ratio(floor: 0.55, aim: 0.85),
        ours: { place in try await endToEnd(place.operations(200_000), in: place) },
        baseline: { try Baseline.lifeCycle.run(in: $0, operations: 200_000, batch: 1000) }),
    Measurement(
        suite: "engine", name: "await enqueue from 1024 tasks", unit: .perSecond,
        target: .ratio(floor: 0.60, aim: 0.85),
        ours: { place in
            let engine = try JobEngine.open(try place.emptyFolder() + "/store", program: "daybook-bench")
            let count = place.operations(200_000)
            let sample = try await timed(operations: count) { try await enqueue(count, tasks: 1024, engine) }
            try await engine.close()
            return sample
        },
        baseline: { try Baseline.enqueue.run(in: $0, operations: 200_000, batch: 500) }),
]

private let payload = Array(repeating: UInt8(ascii: "7"), count: 93)

private func enqueue(_ count: Int, tasks: Int, _ engine: JobEngine) async throws {
    try await withThrowingTaskGroup { group in
        for _ in 0..<tasks {
            group.addTask {
                for _ in 0..<count / tasks { _ = try await engine.enqueue("mail.send", arguments: payload) }
            }
        }
        try await group.waitForAll()
    }
}

private func endToEnd(_ count: Int, in place: Place) async throws -> Sample {
    let window = Window(1024)
    let engine = try JobEngine.open(try place.emptyFolder() + "/store", program: "daybook-bench") {
        $0.register("mail.send") { _, _ in window.leave() }
    }
    let sample = try await timed(operations: count) {
        try await withThrowingTaskGroup { group in
            group.addTask { try await engine.run(workers: 8) }
            group.addTask {
                try await withThrowingTaskGroup { callers in
                    for _ in 0..<1024 {
                        callers.addTask {
                            for _ in 0..<count / 1024 {
                                await window.enter()
                                _ = try await engine.enqueue("mail.send", arguments: payload)
                            }
                        }
                    }
                    try await callers.waitForAll()
                }
                try await engine.waitUntilDrained()
                engine.stop()
            }
            try await group.waitForAll()
        }
    }
    try await engine.close()
    return sample
}

/// Lets so many jobs be on their way at a time, from before they are enqueued until they run.
private final class Window: Sendable {
    private struct State {
        var free: Int
        var waiting: [UnsafeContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ size: Int) { state = Mutex(State(free: size)) }

    func enter() async {
        await withUnsafeContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state in
            let next = state.waiting.popLast()
            if next == nil { state.free += 1 }
            return next
        }
        next?.resume()
    }
}
