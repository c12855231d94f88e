import CDaybookPlatform
import Daybook
import DaybookModel
import Foundation
import Synchronization

/// What this program does when it is the other process.
enum ChildRoles {
    static func run(_ arguments: [String]) async throws {
        guard arguments.count >= 2, let role = Child.Role(rawValue: arguments[0]) else {
            throw UsageError("Only the benchmark itself starts other processes.")
        }
        switch role {
        case .latencies: try await latencies(arguments[1])
        case .hang: try await hang(arguments[1], lease: arguments.dropFirst(2).first.flatMap { Double($0) })
        case .saturate:
            try await saturate(arguments[1], seconds: arguments.dropFirst(2).first.flatMap { Double($0) } ?? 10)
        case .times: try await times(arguments[1])
        case .serve: try await DashboardChild.run(arguments[1])
        }
    }

    private static func latencies(_ folder: String) async throws {
        let latencies = Latencies()
        let engine = try EngineLoad.engine(folder) { latencies.add(nanosecondsSince(stamp: $0)) }
        try await EngineLoad.working(engine, workers: 2) {
            say("ready")
            await untilInputEnds()
        }
        try await engine.close()
        for latency in latencies.all { say("\(latency)") }
    }

    private static func hang(_ folder: String, lease: Double?) async throws {
        var options = EngineOptions()
        if let lease { options.lease = .seconds(lease) }
        let engine = try EngineLoad.engine(folder, options: options) { _ in
            say("started")
            while true { try? await Task.sleep(for: .seconds(1_000)) }
        }
        try await engine.run(workers: 1)
    }

    /// Says how many jobs it ran and the longest wait of an enqueue, in nanoseconds.
    private static func saturate(_ folder: String, seconds: Double) async throws {
        let ran = Atomic<Int>(0)
        let longest = Highest()
        let engine = try EngineLoad.engine(folder) { _ in ran.add(1, ordering: .relaxed) }
        say("ready")
        await untilInputEnds()
        let end = daybook_monotonic_nanoseconds() + UInt64(seconds * 1e9)
        try await EngineLoad.working(engine) {
            try await withThrowingTaskGroup { callers in
                for _ in 0..<256 {
                    callers.addTask {
                        while daybook_monotonic_nanoseconds() < end {
                            let began = daybook_monotonic_nanoseconds()
                            _ = try await engine.enqueue(EngineLoad.name, arguments: EngineLoad.payload)
                            let took = daybook_monotonic_nanoseconds() - began
                            longest.note(Int(took))
                        }
                    }
                }
                try await callers.waitForAll()
            }
        }
        let process = engine.process
        try await engine.close()
        say("\(ran.load(ordering: .relaxed)) \(longest.value) \(process)")
    }

    /// Arguments are how long the job takes, in microseconds; each line is when it began and ended.
    private static func times(_ folder: String) async throws {
        let runs = Mutex<[(UInt64, UInt64)]>([])
        let engine = try EngineLoad.engine(folder) { arguments in
            let began = daybook_monotonic_nanoseconds()
            let microseconds = Int(String(decoding: arguments, as: UTF8.self)) ?? 0
            if microseconds > 1_000 {
                try await Task.sleep(for: .microseconds(microseconds))
            } else {
                while daybook_monotonic_nanoseconds() - began < UInt64(microseconds) * 1_000 {}
            }
            runs.withLock { $0.append((began, daybook_monotonic_nanoseconds())) }
        }
        say("ready")
        await untilInputEnds()
        try await EngineLoad.working(engine) { try await engine.waitUntilDrained() }
        try await engine.close()
        for (began, ended) in runs.withLock({ $0 }) { say("\(began) \(ended)") }
    }

    static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    /// The other process closes our standard input when it is time.
    private static func untilInputEnds() async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                _ = FileHandle.standardInput.readDataToEndOfFile()
                continuation.resume()
            }
        }
    }
}
