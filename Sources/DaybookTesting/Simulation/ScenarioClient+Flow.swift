internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Jobs that wait for others, batches, and limits.
extension ScenarioClient {
    // MARK: Jobs that wait

    /// Jobs of which most wait for some of those before them.
    func enqueueGraph() async {
        let (numbers, jobs) = graph(of: Int(world.chance.within(2...16)))
        await send(.enqueueTogether(jobs.map { Box($0) }, onConflict: .existing), numbers)
    }

    private func graph(of count: Int) -> (numbers: [Int], jobs: [Created]) {
        let first = testimony.asks.count
        var numbers: [Int] = []
        var jobs: [Created] = []
        for place in 0..<count {
            numbers.append(testimony.ask(group: first))
            var job = created(numbers[place], key: nil, requestID: nil)
            for parent in 0..<place where world.chance.once(in: 3) && job.after.count < 4 {
                job.after.append(Dependency(.sibling(parent), condition()))
            }
            jobs.append(job)
        }
        return (numbers, jobs)
    }

    private func condition() -> AfterCondition {
        [.any, .success, .success, .failure][Int(world.chance.below(4))]
    }

    /// A job after one that was there before, whatever has become of that since.
    func enqueueAfter() async {
        guard let known = testimony.asks.indices.last, known > 0,
            case .created(let parent) = testimony.asks[Int(world.chance.below(UInt64(known)))].answer
        else { return }
        let number = testimony.ask()
        var job = created(number, key: nil, requestID: nil)
        job.after = [Dependency(.job(parent), condition())]
        await send(.enqueue(Box(job), onConflict: .existing), [number])
    }

    // MARK: Batches

    /// A batch with jobs, and others that wait for its end.
    func enqueueBatch() async {
        let (numbers, jobs) = graph(of: Int(world.chance.within(1...8)))
        let new = newBatch(isOpen: world.chance.once(in: 3), jobs)
        guard let batch = await create(new, numbers), !process.isGone else { return }
        testimony.batches.append(batch)
        for condition in AfterCondition.allCases where world.chance.below(3) > 0 {
            let number = testimony.ask()
            var job = created(number, key: nil, requestID: nil)
            job.after = [Dependency(.job(batch), condition)]
            await send(.enqueue(Box(job), onConflict: .existing), [number])
            guard !process.isGone else { return }
        }
    }

    /// Most are inside one of the newest, since older ones have ended.
    func newBatch(isOpen: Bool, _ jobs: [Created]) -> NewBatch {
        let newest = testimony.batches.suffix(4)
        let place = newest.endIndex - 1 - Int(world.chance.below(4))
        let outer = newest.indices.contains(place) && !world.chance.once(in: 3) ? newest[place] : 0
        return NewBatch(
            name: "scenario", in: outer, isOpen: isOpen, jobs: jobs.map { Box($0) }, actor: .process(process.event))
    }

    private func create(_ new: NewBatch, _ numbers: [Int]) async -> SequenceNumber? {
        do {
            let answer = try await engine.perform(.batch(Box(.create(new))))
            guard !process.isGone else { return nil }
            guard case .together(let answers) = answer, case .done(let batch)? = answers.first else {
                note(answer, numbers)
                return nil
            }
            note(.together(Array(answers.dropFirst())), numbers)
            return batch
        } catch {
            guard !process.isGone else { return nil }
            for number in numbers { testimony.answer(number, .unknown) }
            return nil
        }
    }

    /// Adds to a batch, seals it or cancels it; it may have ended long ago.
    func moveBatch() async {
        guard !testimony.batches.isEmpty else { return }
        let batch = anyBatch()
        let person = Actor.person("ada")
        switch world.chance.below(4) {
        case 0, 1: _ = try? await engine.perform(.batch(Box(.seal(batch, actor: person))))
        case 2: _ = try? await engine.perform(.batch(Box(.cancel(batch, reason: "wrong files", actor: person))))
        default:
            let number = testimony.ask()
            var job = created(number, key: nil, requestID: nil)
            job.batch = batch
            if world.chance.once(in: 4) { job.after = [Dependency(.job(anyBatch()), condition())] }
            await send(.enqueue(Box(job), onConflict: .existing), [number])
        }
    }

    private func anyBatch() -> SequenceNumber {
        testimony.batches[Int(world.chance.below(UInt64(testimony.batches.count)))]
    }

    // MARK: Limits

    /// Some of the jobs have a key that a limit is about.
    func limitKeys(_ created: inout Created) {
        switch world.chance.below(28) {
        case 0, 1: created.tenant = "tenant-\(world.chance.below(3))"
        case 2:
            created.limitKeys = ["lane:\(world.chance.below(2))"]
            // A job that has begun keeps its lane, for as long as its queue is paused, too.
            created.queue = Scenario.queues[Int(world.chance.below(2))]
            // Whoever waits for another limit is not overtaken in the lane, either.
            if world.chance.once(in: 2) { created.tenant = "tenant-\(world.chance.below(3))" }
        case 3: created.limitKeys = ["often:\(world.chance.below(2))"]
        default: break
        }
    }

    /// No job is enqueued before these are there.
    func setLimits() async {
        do {
            for (scope, limit) in ScenarioClient.limits {
                _ = try await engine.perform(.limit(scope, limit, reason: "", actor: .person("ada")))
                guard !process.isGone else { return }
            }
            testimony.hasLimits = true
        } catch {
            try? await world.time.sleep(for: .seconds(1))
        }
    }

    private static let limits: [(LimitScope, Limit)] = [
        (.keys("tenant"), .concurrency(2)), (.keys("lane"), .serial), (.job("rare"), .concurrency(1)),
        (.keys("often"), .rate(4, per: .seconds(120), .sliding)), (.key("often:1"), .rate(4, per: .seconds(60))),
        (.queue("mail"), .concurrency(3)),
    ]

    func changeLimit() async {
        let most = Int(world.chance.within(1...3))
        let scope: LimitScope
        var limit: Limit? = .concurrency(most)
        switch world.chance.below(5) {
        case 0: (scope, limit) = (.keys("tenant"), world.chance.once(in: 2) ? limit?.weight(most) : limit)
        case 1: (scope, limit) = (.key("tenant:tenant-1"), world.chance.once(in: 2) ? nil : limit)
        case 2: (scope, limit) = (.queue("mail"), .concurrency(most + 1))
        case 3: (scope, limit) = (.keys("often"), .rate(most + 2, per: .seconds(120), .sliding))
        default: (scope, limit) = (.key("often:1"), .rate(most + 2, per: .seconds(60)))
        }
        _ = try? await engine.perform(.limit(scope, limit, reason: "", actor: .person("ada")))
    }
}
