import Daybook
import DaybookLog
import DaybookModel
import Synchronization
import Testing

private final class Watcher: EngineObserver {
    let lines = Mutex<[String]>([])
    let bytes = Mutex(0)
    let threads = Mutex<Set<UInt>>([])

    func committed(_ turn: CommittedTurn) {
        bytes.withLock { $0 += turn.byteCount }
        lines.withLock { lines in
            for event in turn.events { lines.append(event.kind?.name ?? "?") }
            if turn.duration < .zero { lines.append("time runs backwards") }
            if turn.missedBefore > 0 { lines.append("missed \(turn.missedBefore)") }
        }
    }

    func started(_ job: JobContext) { lines.withLock { $0.append("start of \(job.name)") } }

    func ended(_ job: JobContext, _ outcome: RunOutcome?, after duration: Duration) {
        let word =
            switch outcome {
            case .succeeded: "well"
            case .failed: "badly"
            case .snooze, .cancel: "otherwise"
            case nil: "without outcome"
            }
        lines.withLock { $0.append("\(job.name) ended \(word), \(duration >= .zero)") }
    }
}

@Suite struct `An observer` {
    @Test func `is told what is committed with its size, and of runs where they run`() async throws {
        try await withStoreFolder { folder in
            let watcher = Watcher()
            var options = EngineOptions()
            options.observers = [watcher]
            let engine = try JobEngine.open(folder, options: options) {
                $0.register("good") { _, _ in }
                $0.register("bad") { _, _ in throw JobOutcome.stop(reason: "bad") }
            }
            let good = try await engine.enqueue("good", arguments: Array(repeating: 49, count: 1_000))
            let bad = try await engine.enqueue("bad", arguments: [])
            try await engine.working(1) {
                _ = try await good.result()
                try await engine.wait { try bad.state() == .failed }
            }
            try await engine.close()
            let lines = watcher.lines.withLock { $0 }
            #expect(lines.starts(with: ["created", "created"]))
            for line in ["start of good", "good ended well, true", "bad ended badly, true", "failed", "processStopped"]
            {
                #expect(lines.contains(line), "\(line) in \(lines)")
            }
            #expect(lines.allSatisfy { !$0.hasPrefix("time") && !$0.hasPrefix("missed") })
            #expect(watcher.bytes.withLock { $0 } > 1_000)
        }
    }

    @Test func `is told that a process was lost`() async throws {
        try await withStoreFolder { folder in
            let watcher = Watcher()
            var options = EngineOptions()
            options.observers = [watcher]
            let engine = try JobEngine.open(folder, options: options)
            let other = ProcessStarted(processID: 1, host: "", user: "", program: "other", boot: "")
            guard case .done(let process) = try await engine.perform(.startProcess(Box(other))) else { return }
            _ = try await engine.perform(.loseProcess(process, by: .system))
            try await engine.close()
            #expect(watcher.lines.withLock { $0 } == ["processStarted", "processLost", "processStopped"])
        }
    }
}
