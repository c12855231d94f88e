internal import DaybookLog
internal import DaybookModel
internal import Synchronization

extension JobEngine {
    /// What this process has told without a job, since none can be written, and what is not over: a writer that is
    /// blocked, a disk that is full.
    package var alertsTold: [Alert] { alerts?.told ?? [] }

    /// Watches for what ``EngineOptions/alerts`` name, and tells those who are to be told, until ``stop(within:)`` is
    /// called or the task is cancelled. ``run(workers:queues:order:)`` does this by itself; call it in a process
    /// that does not work. Of several calls at once in one process the first does it.
    ///
    /// Any number of processes of a store may watch: an episode is told once.
    public func watchAlerts() async throws {
        guard let alerts, alerts.begin() else { return }
        defer { alerts.end() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.look(for: alerts) }
            if alerts.watchesWriter { group.addTask { try await self.lookAtWriter(alerts) } }
            defer { group.cancelAll() }
            // What tells is a job like others, with a worker of its own that no other job can keep busy.
            try await run(workers: 1, queues: [AlertEpisode.queue])
        }
    }

    private func look(for alerts: AlertWatch) async throws {
        while !working.isStopping {
            // What cannot be looked at now can be the next time: an alert must not end for want of memory or of room.
            if let findings = try? alerts.look() {
                for finding in findings { try? await act(on: finding, alerts) }
            }
            try await clock.pause(alerts.interval)
        }
    }

    private func act(on finding: AlertFinding, _ alerts: AlertWatch) async throws {
        let now = clock.now()
        let holder = try environment.storage.read { try KeyBook.holder(finding.key, at: now, in: $0)?.job }
        if let text = finding.text {
            guard holder == nil else { return }
            let job = AlertEpisode.job(finding, text, since: now, salt: random.drawn(), by: process)
            switch try await perform(.enqueue(Box(job), onConflict: .existing)) {
            case .refused: await tellAtOnce(finding, text, alerts)
            default: _ = alerts.forgetTold(finding.key)
            }
            return
        }
        if let told = alerts.forgetTold(finding.key) { await send(told.over, alerts) }
        guard let holder, let record = try environment.storage.read({ try Books.storedJob(holder, in: $0) }),
            record.state == .scheduled, record.waitsFor == .snooze
        else { return }
        _ = try await perform(
            .reschedule(
                job: holder, until: now, expected: .scheduled, reason: "what was wrong has gone",
                actor: .process(process)
            ))
    }

    /// A write that waits for another process: no job can be written about that, so everybody is told from here.
    private func lookAtWriter(_ alerts: AlertWatch) async throws {
        let finding = AlertFinding(rule: "writer-blocked", subject: "", text: nil)
        while !working.isStopping {
            if let text = alerts.takeBlocked() {
                await tellAtOnce(finding, text, alerts)
                // Answered as soon as somebody may write again.
                _ = try await perform(.look)
                if let told = alerts.forgetTold(finding.key) { await send(told.over, alerts) }
            }
            try await clock.pause(alerts.interval)
        }
    }

    private func tellAtOnce(_ finding: AlertFinding, _ text: String, _ alerts: AlertWatch) async {
        let alert = Alert(
            rule: finding.rule, subject: finding.subject, isOpen: true, text: text, since: clock.now(), episode: nil)
        guard alerts.markTold(finding.key, alert) else { return }
        await send(alert, alerts)
    }

    private func send(_ alert: Alert, _ alerts: AlertWatch) async {
        for delivery in alerts.deliveries { try? await delivery.send(alert, clock.now()) { _ in } }
    }
}
