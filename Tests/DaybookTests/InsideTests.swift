import Daybook
import DaybookLog
import DaybookModel
import Synchronization
import Testing

@Suite struct `Inside a job` {
    /// An engine on clocks that stand still, with one handler, `job`.
    private func withEngine(
        _ time: VirtualTime = VirtualTime(), options: EngineOptions = EngineOptions(),
        _ handler: @escaping @Sendable (JobContext) async throws -> Void,
        _ body: (JobEngine) async throws -> Void
    ) async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(
                folder, program: "test", options: options, host: .real(), clock: time.clock
            ) { $0.register("job") { _, context in try await handler(context) } }
            try await body(engine)
            try await engine.close()
        }
    }

    private func ran(_ engine: JobEngine, _ options: [JobOption] = []) async throws -> JobHandle<[UInt8]> {
        let job = try await engine.enqueue("job", arguments: [], options)
        try await engine.working(1) {
            try await engine.wait { try engine.record(job.id)?.state.isFinished == true }
        }
        return job
    }

    private func names(_ events: [Event]) -> [String] {
        events.compactMap { EventKind(rawValue: $0.body.kind)?.name }
    }

    private func lines(_ events: [Event]) -> [LogLine] {
        events.flatMap { event -> [LogLine] in
            guard case .logged(let logged) = event.body else { return [] }
            return logged.value.lines.compactMap { LogLine($0) }
        }
    }

    @Test func `log lines are written with the outcome, in one event, with level and time`() async throws {
        let time = VirtualTime()
        try await withEngine(time) { context in
            context.log(.info, "one")
            context.log(.error, "two\nlines")
        } _: { engine in
            let events = try engine.events(of: try await ran(engine).id)
            #expect(names(events).suffix(3) == ["claimed", "logged", "succeeded"])
            #expect(
                lines(events) == [
                    LogLine(time: time.now, level: .info, text: "one"),
                    LogLine(time: time.now, level: .error, text: "two\nlines"),
                ])
            guard case .logged(let logged)? = events.dropLast().last?.body else { return }
            #expect(logged.value.level == UInt64(LogLine.Level.error.rawValue))
            #expect(logged.value.howMany == 2)
        }
    }

    @Test func `log lines of a long run are written a second after the first of them`() async throws {
        let time = VirtualTime()
        let (hasLogged, mayEnd) = (Countdown(1), Countdown(1))
        try await withEngine(time) { context in
            for number in 0..<1_000 { context.log(.info, "line \(number)") }
            hasLogged.signal()
            await mayEnd.wait()
        } _: { engine in
            let job = try await engine.enqueue("job", arguments: [])
            try await engine.working(1) {
                await hasLogged.wait()
                time.advance(by: 0.9)
                _ = try await engine.perform(.look)
                #expect(try !names(engine.events(of: job.id)).contains("logged"))
                time.advance(by: 0.2)
                try await engine.wait { try names(engine.events(of: job.id)).last == "logged" }
                #expect(try engine.record(job.id)?.state == .processing)
                mayEnd.signal()
                try await engine.wait { try engine.record(job.id)?.state == .succeeded }
            }
            #expect(lines(try engine.events(of: job.id)).map(\.text) == (0..<1_000).map { "line \($0)" })
            #expect(try names(engine.events(of: job.id)).count { $0 == "logged" } == 1)
        }
    }

    @Test func `a flood is cut with a mark, comes in small events, and holds up nobody`() async throws {
        let (hasFlooded, mayEnd) = (Countdown(1), Countdown(1))
        try await withEngine { context in
            guard context.tags == ["flood"] else { return }
            let line = String(repeating: "x", count: 1_000)
            for _ in 0..<20_000 { context.log(.info, line) }
            hasFlooded.signal()
            await mayEnd.wait()
        } _: { engine in
            let flood = try await engine.enqueue("job", arguments: [], [.tags("flood")])
            try await engine.working(2) {
                await hasFlooded.wait()
                let neighbour = try await engine.enqueue("job", arguments: [])
                try await engine.wait { try engine.record(neighbour.id)?.state == .succeeded }
                mayEnd.signal()
                try await engine.wait { try engine.record(flood.id)?.state == .succeeded }
            }
            let events = try engine.events(of: flood.id)
            let said = lines(events)
            #expect((900...1_048).contains(said.count))
            #expect(said.last?.level == .warning)
            #expect(said.last?.text.hasPrefix("… (cut: of a run 1024 KB") == true)
            for event in events {
                guard case .logged(let logged) = event.body else { continue }
                #expect(logged.value.lines.reduce(0) { $0 + $1.utf8.count } <= 64 << 10)
            }
        }
    }

    @Test func `of what many runs log at once the writer takes so much in a commit and then the rest`() async throws {
        let time = VirtualTime()
        let runs = 20
        let haveLogged = Countdown(runs)
        let mayEnd = Mutex(false)
        try await withEngine(time) { context in
            // Less than would be fetched at once.
            for _ in 0..<60 { context.log(.info, String(repeating: "x", count: 1_000)) }
            haveLogged.signal()
            while !mayEnd.withLock({ $0 }) { await Task.yield() }
        } _: { engine in
            for _ in 0..<runs { try await engine.enqueue("job", arguments: []) }
            try await engine.working(runs) {
                await haveLogged.wait()
                time.advance(by: 1)
                try await engine.wait { try commits(engine).reduce(0, +) == runs }
                // Nine of 60 KB are the first to make more than half a megabyte.
                #expect(try commits(engine) == [9, 9, 2])
                mayEnd.withLock { $0 = true }
                try await engine.wait {
                    try engine.read { log in
                        var books = Books()
                        return try books.queue("default", in: log)?[.succeeded] == UInt64(runs)
                    }
                }
            }
        }
    }

    /// How many events with log lines each commit has that has some.
    private func commits(_ engine: JobEngine) throws -> [Int] {
        try engine.read { log in
            var counts: [Int] = []
            var here = 0
            try log.events(from: 1) { sequence, value in
                let head = try EventHead(value, at: sequence)
                if head.kind == EventKind.logged.rawValue { here += 1 }
                if head.isCommitEnd, here > 0 {
                    counts.append(here)
                    here = 0
                }
                return true
            }
            return counts
        }
    }

    @Test func `a line that is too long is cut with a mark`() async throws {
        try await withEngine { context in
            context.log(.info, String(repeating: "é", count: 20_000))
        } _: { engine in
            let line = lines(try engine.events(of: try await ran(engine).id)).first
            #expect(line?.text.hasSuffix(" … (cut)") == true)
            #expect((line?.text.utf8.count ?? 0) <= 17_000)
        }
    }

    @Test func `progress is written at most once a second, and the last with the outcome`() async throws {
        let time = VirtualTime()
        let gates = [Countdown(1), Countdown(1), Countdown(1)]
        let said = Countdown(1)
        try await withEngine(time) { context in
            context.progress(0.1, "begun")
            context.progress(0.25, "on")
            said.signal()
            await gates[0].wait()
            context.progress(0.5, "half")
            context.progress(7, "more than all")
        } _: { engine in
            let job = try await engine.enqueue("job", arguments: [])
            try await engine.working(1) {
                await said.wait()
                time.advance(by: 1)
                try await engine.wait { try names(engine.events(of: job.id)).last == "progressed" }
                gates[0].signal()
                try await engine.wait { try engine.record(job.id)?.state == .succeeded }
            }
            let progress = try engine.events(of: job.id).compactMap { event -> Progressed? in
                if case .progressed(let progressed) = event.body { progressed.value } else { nil }
            }
            #expect(progress.map(\.millionths) == [250_000, 1_000_000])
            #expect(progress.map(\.text) == ["on", "more than all"])
            #expect(try names(engine.events(of: job.id)).suffix(2) == ["progressed", "succeeded"])
        }
    }

    @Test func `counters and statistics are kept with the outcome, be it a failure`() async throws {
        struct Import: Codable, Sendable { var rows: Int }
        struct Broken: Error {}
        try await withEngine { context in
            context.count(.skipped)
            context.count("imported", by: 3)
            context.count(.skipped)
            try context.setStatistics(Import(rows: 5))
            throw Broken()
        } _: { engine in
            let events = try engine.events(of: try await ran(engine, [.attempts(1)]).id)
            #expect(names(events).suffix(2) == ["reported", "failed"])
            guard case .reported(let reported)? = events.dropLast().last?.body else { return }
            #expect(String(decoding: reported.value.counters, as: UTF8.self) == #"{"imported":3,"skipped":2}"#)
            #expect(String(decoding: reported.value.statistics, as: UTF8.self) == #"{"rows":5}"#)
        }
    }

    @Test func `counters by more names than there is room for are counted together`() async throws {
        try await withEngine { context in
            for number in 0..<1_000 { context.count(Counter("c\(number)")) }
        } _: { engine in
            let events = try engine.events(of: try await ran(engine).id)
            guard case .reported(let reported)? = events.dropLast().last?.body else {
                Issue.record("nothing was reported")
                return
            }
            #expect(String(decoding: reported.value.counters, as: UTF8.self).contains(#""others":744"#))
        }
    }

    @Test func `a run that says nothing has no event more than it needs`() async throws {
        try await withEngine { _ in
        } _: { engine in
            let events = try engine.events(of: try await ran(engine).id)
            #expect(names(events).suffix(2) == ["claimed", "succeeded"])
        }
    }

    @Test func `the context is there for code that nobody hands it`() async throws {
        let seen = Mutex<[JobID?]>([])
        try await withEngine { context in
            let id = JobContext.current?.id
            seen.withLock { $0.append(id) }
            #expect(context.actor.process > 0)
        } _: { engine in
            let job = try await ran(engine)
            #expect(seen.withLock { $0 } == [job.id])
            #expect(JobContext.current == nil)
        }
    }

    @Test func `a result over the limit fails the run for good`() async throws {
        var options = EngineOptions()
        options.resultBytesMax = 1_000
        try await withEngine(options: options) { context in
            context.setResult(Array(repeating: 48, count: context.tags.isEmpty ? 1_001 : 1_000))
        } _: { engine in
            let job = try await ran(engine, [.tags("small")])
            #expect(try engine.record(job.id)?.state == .succeeded)
        }
        try await withEngine(options: options) { context in
            context.setResult(Array(repeating: 48, count: 1_001))
        } _: { engine in
            let job = try await ran(engine)
            guard case .failed(let failure)? = try engine.events(of: job.id).last?.body else {
                Issue.record("it did not fail")
                return
            }
            #expect(failure.value.errorType == "RunRefusal")
            #expect(failure.value.reason == "not to be retried")
            #expect(failure.value.error.hasPrefix("The result has more than the 1000 bytes"))
        }
    }
}
