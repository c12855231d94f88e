internal import DaybookModel

// Processes of the recording, as they came, worked and went.
extension RecordingPlayer {
    func start(_ process: SequenceNumber, _ turn: inout Turn, _ deeds: inout Deeds) throws {
        guard policy.workers == nil, let worker = recording.workers[process] else { return }
        guard case .done(let started) = try turn.perform(.startProcess(Box(worker.started))), worker.slots > 0 else {
            return
        }
        deeds.pools.append(
            Pool(
                process: started, recorded: process, slots: worker.slots, queues: queues(of: worker),
                runs: Runnable(worker.started.runs), free: worker.slots, standing: .started))
    }

    /// A process that has started need not work yet, and may leave off before it stops.
    func stand(_ process: SequenceNumber, _ standing: Standing, _ deeds: inout Deeds) {
        guard let pool = deeds.pools.firstIndex(where: { $0.recorded == process }) else { return }
        switch deeds.pools[pool].standing {
        case .started, .working, .closed: deeds.pools[pool].standing = standing
        case .stopping, .stopped: break
        }
    }

    func freeze(_ process: SequenceNumber, _ deeds: inout Deeds) {
        guard let pool = deeds.pools.firstIndex(where: { $0.recorded == process }) else { return }
        deeds.frozen += running.filter { $0.value.pool == pool && !deeds.ended.contains($0.key) }.keys
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
        deeds.pools[pool].standing = .stopping
        guard isLost || recording.workers[process]?.gaveUp == true else { return }
        deeds.pools[pool].standing = .stopped
        for (job, one) in running.sorted(by: { $0.key < $1.key })
        where one.pool == pool && !deeds.ended.contains(job) && deeds.interrupted.insert(job).inserted {
            let command: Command =
                isLost && recording.broken[one.number]?.contains { $0.process == process } == true
                ? .interrupt(job: job, token: one.token, reason: "as recorded", charged: true, actor: .system)
                : .release(job: job, token: one.token, reason: "as recorded", actor: .system)
            _ = try turn.perform(command)
        }
        let started = deeds.pools[pool].process
        _ = try turn.perform(isLost ? .loseProcess(started, by: .system) : .stopProcess(started))
    }

    func stopWhoIsDone(_ turn: inout Turn, _ deeds: inout Deeds) throws {
        for (index, pool) in deeds.pools.enumerated() where pool.standing == .stopping && pool.free == pool.slots {
            deeds.pools[index].standing = .stopped
            _ = try turn.perform(.stopProcess(pool.process))
        }
    }
}
