import CDaybookPlatform
import Daybook
import DaybookModel
import Synchronization

/// What several measurements do with an engine.
enum EngineLoad {
    static let name = "mail.send"
    /// As long as the C baseline's.
    static let payload = Array(repeating: UInt8(ascii: "7"), count: 93)

    static func engine(
        _ folder: String, options: EngineOptions = EngineOptions(),
        _ handler: @escaping @Sendable ([UInt8]) async throws -> Void = { _ in }
    ) throws -> JobEngine {
        try JobEngine.open(folder, program: "daybook-bench", options: options) {
            $0.register(name) { arguments, _ in try await handler(arguments) }
        }
    }

    /// Awaits `count` enqueues from so many tasks.
    static func enqueue(_ count: Int, tasks: Int, _ engine: JobEngine) async throws {
        try await withThrowingTaskGroup { group in
            for _ in 0..<tasks {
                group.addTask {
                    for _ in 0..<count / tasks { _ = try await engine.enqueue(name, arguments: payload) }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Jobs that nobody claims yet, in calls of ten thousand.
    static func fill(
        _ engine: JobEngine, _ count: Int, _ options: (Int) -> [JobOption] = { _ in [] }
    ) async throws {
        var made = 0
        while made < count {
            let size = min(10_000, count - made)
            try await engine.enqueue(
                (made..<made + size).map { JobRequest(name, arguments: payload, options($0)) })
            made += size
        }
    }

    /// Keeps 1,024 jobs on their way, `count` in all, until the last of them has run.
    static func throughWindow(
        _ count: Int, _ engine: JobEngine, _ window: Window, drains: Bool,
        whenDone: @escaping @Sendable () -> Void = {},
        _ enqueue: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await engine.run(workers: 8) }
            group.addTask {
                try await withThrowingTaskGroup { callers in
                    for _ in 0..<1024 {
                        callers.addTask {
                            for _ in 0..<count / 1024 {
                                await window.enter()
                                try await enqueue()
                            }
                        }
                    }
                    try await callers.waitForAll()
                }
                if drains { try await engine.waitUntilDrained() } else { await window.waitUntilEmpty() }
                engine.stop()
                whenDone()
            }
            try await group.waitForAll()
        }
    }

    /// Runs workers while `body` does something, and stops them then.
    static func working(
        _ engine: JobEngine, workers: Int = 8, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await engine.run(workers: workers) }
            group.addTask {
                try await body()
                engine.stop()
            }
            try await group.waitForAll()
        }
    }
}

/// Lets so many jobs be on their way at a time, from before they are enqueued until they run.
final class Window: Sendable {
    private struct State {
        var free: Int
        var isOpen = false
        var waiting: [UnsafeContinuation<Void, Never>] = []
        var untilEmpty: UnsafeContinuation<Void, Never>?
    }

    private let size: Int
    private let state: Mutex<State>

    init(_ size: Int, free: Int? = nil) {
        self.size = size
        state = Mutex(State(free: free ?? size))
    }

    /// Holds up nobody any more.
    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for caller in waiting { caller.resume() }
    }

    func enter() async {
        await withUnsafeContinuation { continuation in
            let isFree = state.withLock { state in
                guard !state.isOpen else { return true }
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
            if next == nil { state.free = min(size, state.free + 1) }
            return next ?? (state.free == size ? state.untilEmpty.take() : nil)
        }
        next?.resume()
    }

    /// Returns when nothing is on its way.
    func waitUntilEmpty() async {
        await withUnsafeContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.free < size { state.untilEmpty = continuation }
                return state.free == size
            }
            if isEmpty { continuation.resume() }
        }
    }
}

/// Numbers gathered by many tasks.
final class Latencies: Sendable {
    private let numbers = Mutex<[UInt64]>([])

    func add(_ nanoseconds: UInt64) { numbers.withLock { $0.append(nanoseconds) } }

    var all: [UInt64] { numbers.withLock { $0 } }
}
