internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Enqueues the scenario's jobs from within a process, in bursts, and now and then does what people do to jobs.
struct ScenarioClient {
    let world: World
    let process: VirtualProcess
    let testimony: Testimony
    let engine: JobEngine
    let meanPause: UInt64

    func run() async {
        while !testimony.hasLimits, !world.isSettling { await setLimits() }
        while !world.isSettling {
            let pause = Int64(world.chance.span(mean: meanPause) / 1_000)
            guard (try? await world.time.sleep(for: .microseconds(pause))) != nil, !world.isSettling else { return }
            for _ in 0...world.chance.below(8) {
                guard !process.isGone else { return }
                await doSomething()
            }
        }
    }

    private func doSomething() async {
        switch world.chance.below(32) {
        case 0..<5: await enqueueTogether()
        case 5..<8: await enqueueGraph()
        case 8, 9: await enqueueBatch()
        case 10, 11: await meddle()
        case 12: await setQueue()
        case 13: await moveBatch()
        case 14: await changeLimit()
        case 15:
            var chance = Chance(seed: world.chance.next())
            await ScenarioRecurring.meddle(engine, &chance, now: world.time.now)
        case 16: await enqueueAfter()
        case 17: await enqueueInParts()
        default: await enqueueOne()
        }
    }

    private func enqueueOne() async {
        let key = world.chance.once(in: 5) ? "key-\(world.chance.below(20))" : nil
        let request = world.chance.once(in: 10) ? "request-\(world.chance.below(300))" : nil
        let (name, uniqueness) = unique(key)
        let number = testimony.ask(key: name, requestID: request)
        var created = created(number, key: name, requestID: request)
        created.uniqueness = uniqueness
        await send(.enqueue(Box(created), onConflict: world.chance.once(in: 4) ? .refuse : .existing), [number])
    }

    /// A third of the keys holds until the job has finished, a third while it waits, and a third for a time.
    private func unique(_ key: String?) -> (String?, Uniqueness) {
        guard let key else { return (nil, .unfinished) }
        switch world.chance.below(3) {
        case 0: return (key, .unfinished)
        case 1: return ("waiting-" + key, .waiting)
        default: return ("window-" + key, .window(microseconds: Int64(world.chance.below(900_000_000)) + 1))
        }
    }

    private func enqueueTogether() async {
        let count = Int(world.chance.within(2...44))
        let first = testimony.asks.count
        var numbers: [Int] = []
        for _ in 0..<count { numbers.append(testimony.ask(group: first)) }
        let jobs = numbers.map { Box(created($0, key: nil, requestID: nil)) }
        await send(.enqueueTogether(jobs, onConflict: .existing), numbers)
    }

    /// One call that is written in several commits.
    private func enqueueInParts() async {
        let first = testimony.asks.count
        let numbers = (0..<Int(world.chance.within(9...40))).map { _ in testimony.ask(call: first) }
        let jobs = numbers.map { Box(created($0, key: nil, requestID: nil)) }
        do {
            let parts = StagedParts(jobsMax: 8)
            let made: [EnqueuedJob]
            if world.chance.once(in: 2) {
                made = try await engine.stage(jobs, .existing, parts)
            } else {
                let filled = try await engine.fill(newBatch(isOpen: false, []), jobs, parts)
                made = filled.jobs
                if !process.isGone { testimony.batches.append(filled.batch) }
            }
            guard !process.isGone else { return }
            for (number, one) in zip(numbers, made) { testimony.answer(number, .created(one.id.rawValue)) }
        } catch {
            guard !process.isGone else { return }
            for number in numbers { testimony.answer(number, .unknown) }
        }
    }

    func created(_ number: Int, key: String?, requestID: String?) -> Created {
        let tempers = Scenario.Temper.allCases
        let temper = tempers[Int(world.chance.below(UInt64(tempers.count)))]
        var created = Created(
            name: Scenario.name(temper), queue: Scenario.queues[Int(world.chance.below(3))],
            attempts: UInt32(world.chance.within(1...5)), salt: world.chance.next(),
            arguments: Scenario.arguments(number, temper))
        created.actor = .process(process.event)
        created.key = key
        created.requestID = requestID
        created.priority = Int16(world.chance.below(3)) * 5
        created.retry = Scenario.retries[Int(world.chance.below(3))]?.description
        let now = world.time.now
        if world.chance.once(in: 4) {
            created.due = now.advanced(microseconds: Int64(world.chance.below(600_000_000)))
        }
        if world.chance.once(in: 12) {
            created.expires = now.advanced(microseconds: Int64(world.chance.below(900_000_000)))
        }
        limitKeys(&created)
        if temper == .overdue || temper == .stubborn { created.timeoutMicroseconds = world.chance.below(40_000_000) }
        return created
    }

    func send(_ command: Command, _ numbers: [Int]) async {
        do {
            let answer = try await engine.perform(command)
            guard !process.isGone else { return }
            note(answer, numbers)
        } catch {
            guard !process.isGone else { return }
            for number in numbers { testimony.answer(number, .unknown) }
        }
    }

    func note(_ answer: Answer, _ numbers: [Int]) {
        switch answer {
        case .together(let answers): for (number, one) in zip(numbers, answers) { note(one, [number]) }
        case .created(let job): testimony.answer(numbers[0], .created(job))
        case .duplicate(let job, _): testimony.answer(numbers[0], .duplicate(job))
        case .refused: for number in numbers { testimony.answer(number, .refused) }
        case .done, .stale, .claimed: break
        }
    }

    /// What a person does to some job.
    private func meddle() async {
        guard let known = testimony.asks.indices.last, known > 0 else { return }
        guard case .created(let job) = testimony.asks[Int(world.chance.below(UInt64(known)))].answer else { return }
        let person = Actor.person("ada")
        let command: Command
        switch world.chance.below(5) {
        case 0, 1: command = .cancel(job: job, expected: nil, reason: "changed my mind", actor: person)
        case 2: command = .requeue(job: job, expected: .failed, reason: "once more", actor: person)
        case 3:
            let until = world.time.now.advanced(microseconds: 60_000_000)
            command = .reschedule(job: job, until: until, expected: nil, reason: "later", actor: person)
        default: command = .delete(job: job, reason: "never mind", actor: person)
        }
        _ = try? await engine.perform(command)
    }

    /// Only one of the queues is ever paused, so that the others always move.
    private func setQueue() async {
        let person = Actor.person("ada")
        let command: Command =
            world.chance.once(in: 2)
            ? .pauseQueue("side", reason: "lunch", actor: person) : .resumeQueue("side", reason: "back", actor: person)
        _ = try? await engine.perform(command)
    }
}
