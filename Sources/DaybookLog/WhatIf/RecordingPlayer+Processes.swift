internal import DaybookModel

// Processes of the recording, as they came, worked and went.
extension RecordingPlayer {
    func start(_ process: SequenceNumber, _ turn: inout Turn, _ deeds: inout Deeds) throws {
        guard policy.workers == nil, let worker = recording.workers[process] else { return }
        guard case .done(let started) = try turn.perform(.startProcess(Box(worker.started))) else { return }
        // One that ran nothing still sees to it that jobs come due.
        deeds.pools.append(
            Pool(
                process: started, recorded: process, slots: worker.slots, queues: queues(of: worker),
                runs: Runnable(worker.started.runs), free: worker.slots, standing: .started))
    }

    /// A process that has started need not work yet, and may leave off before it stops.
    func stand(_ process: SequenceNumber, _ standing: Standing, _ deeds: inout Deeds) {
        guard let pool = deeds.pools.firstIndex(where: { $0.recorded == process }) else { return }
        if standing == .closed || standing == .left { sortOut(for: pool, &deeds) }
        switch deeds.pools[pool].standing {
        // Who is not there any more hears nothing.
        case .left where standing == .closed: break
        case .started, .working, .closed, .left: deeds.pools[pool].standing = standing
        case .stopping, .stopped: break
        }
    }

    func freeze(_ process: SequenceNumber, _ turn: inout Turn, _ deeds: inout Deeds) throws {
        guard let pool = deeds.pools.firstIndex(where: { $0.recorded == process }) else { return }
        // What is given back here is for others to take.
        stand(process, .left, &deeds)
        for (job, one) in runs(in: pool, deeds) {
            // A death breaks off what it broke off. Another process had claimed this ahead, or was to have it later.
            guard one.run.process != process, one.run.process != 0 else {
                deeds.frozen.append(job)
                continue
            }
            deeds.pools[pool].free += 1
            deeds.givenBack.insert(job)
            _ = try turn.perform(.release(job: job, token: one.token, reason: "as recorded", actor: .system))
        }
    }

    /// Where a process took jobs from, by the names that the queues have now.
    private func queues(of worker: Recording.Worker) -> [String]? {
        let changes = [policy.everyJob] + policy.names.values + policy.queues.values
        let moved = changes.contains { $0.queue != nil }
        // Who moves jobs elsewhere means them to be run there.
        return moved ? nil : worker.queues
    }

    func stop(
        _ process: SequenceNumber, isLost: Bool, _ turn: inout Turn, _ deeds: inout Deeds
    ) throws {
        guard let pool = deeds.pools.firstIndex(where: { $0.recorded == process }) else { return }
        sortOut(for: pool, &deeds)
        deeds.pools[pool].standing = .stopping
        guard isLost || recording.workers[process]?.gaveUp == true else { return }
        for (job, one) in runs(in: pool, deeds) where deeds.interrupted.insert(job).inserted {
            deeds.pools[pool].free += 1
            let command: Command =
                isLost && recording.broken[one.number]?.contains { $0.process == process } == true
                ? .interrupt(job: job, token: one.token, reason: "as recorded", charged: true, actor: .system)
                : .release(job: job, token: one.token, reason: "as recorded", actor: .system)
            _ = try turn.perform(command)
        }
        guard isLost else { return }
        deeds.pools[pool].standing = .stopped
        _ = try turn.perform(.loseProcess(deeds.pools[pool].process, by: .system))
    }

    func stopWhoIsDone(_ turn: inout Turn, _ deeds: inout Deeds) throws {
        for (index, pool) in deeds.pools.enumerated() where pool.standing == .stopping && pool.free == pool.slots {
            // What it took may have been handed to another.
            guard !running.contains(where: { $0.value.process == pool.process && !deeds.hasEnded($0.key) }) else {
                continue
            }
            deeds.pools[index].standing = .stopped
            _ = try turn.perform(.stopProcess(pool.process))
        }
    }

    // MARK: Who has what

    /// Who may claim, in the order in which they did: who took something now goes before who did later.
    func poolsInTurn(_ now: Instant, _ deeds: inout Deeds) -> [Int] {
        var places: [(pool: Int, event: SequenceNumber)] = []
        for pool in deeds.pools.indices where deeds.pools[pool].standing == .working && deeds.pools[pool].free > 0 {
            let claims = recording.workers[deeds.pools[pool].recorded]?.claims ?? []
            var behind = deeds.pools[pool].claimsBehind
            while behind < claims.count, claims[behind].at < now { behind += 1 }
            deeds.pools[pool].claimsBehind = behind
            places.append((pool, behind < claims.count ? claims[behind].event : .max))
        }
        return places.sorted { ($0.event, $0.pool) < ($1.event, $1.pool) }.map(\.pool)
    }

    /// Still, it may not be the one of the recording that took a job. That makes no difference until one of them leaves
    /// off. Then each is to have the runs that it had.
    private func sortOut(for leaving: Int, _ deeds: inout Deeds) {
        let runs = runs(deeds)
        var room = deeds.pools.map(\.free)
        for (job, one) in runs { room[deeds.handed[job] ?? one.pool] += 1 }
        var others: [(job: SequenceNumber, pool: Int)] = []
        for (job, one) in runs {
            let process = one.run.process
            let now = deeds.handed[job] ?? one.pool
            let own = deeds.pools.firstIndex { $0.recorded == process && $0.standing != .stopped }
            guard let own, room[own] > 0 else {
                others.append((job, now))
                continue
            }
            room[own] -= 1
            deeds.handed[job] = own
        }
        for (job, now) in others {
            // Who leaves off gets what was another's only if there is nobody else who has a worker free.
            let like = room.indices.filter { deeds.pools[$0].isLike(deeds.pools[now]) }
            let stay = ([now] + like).filter { $0 != leaving && deeds.pools[$0].standing == .working }
            guard let place = (stay + [now] + room.indices).first(where: { room[$0] > 0 }) else { continue }
            room[place] -= 1
            deeds.handed[job] = place
        }
        for pool in room.indices { deeds.pools[pool].free = room[pool] }
    }

    private func runs(in pool: Int, _ deeds: Deeds) -> [(job: SequenceNumber, run: Running)] {
        runs(deeds).filter { (deeds.handed[$0.job] ?? $0.run.pool) == pool }
    }

    /// What is running at this point of a turn, in an order that is always the same.
    private func runs(_ deeds: Deeds) -> [(job: SequenceNumber, run: Running)] {
        running.filter { !deeds.hasEnded($0.key) }.sorted { $0.key < $1.key }.map { (job: $0.key, run: $0.value) }
    }
}

extension RecordingPlayer.Pool {
    func isLike(_ other: RecordingPlayer.Pool) -> Bool { queues == other.queues && runs == other.runs }
}

extension RecordingPlayer.Deeds {
    func hasEnded(_ job: SequenceNumber) -> Bool {
        interrupted.contains(job) || givenBack.contains(job) || ended.contains(job)
    }
}
