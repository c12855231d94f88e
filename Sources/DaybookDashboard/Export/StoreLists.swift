internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Queues, recurring jobs, batches and processes as files.
enum StoreLists {
    static let queues = ExportList(
        name: "queues",
        columns: ["queue", "paused", "limit", "oldest"] + JobState.allCases.map(\.name) + [
            "endedPerMinute", "pausedSince", "pausedBy", "pauseReason",
        ]
    ) { call, _ in
        try call.requireWholeStore()
        let queues = try QueueLine.all(call)
        return ExportPage(
            rows: queues.map { queue in
                [
                    .text(queue.record.name), .flag(queue.record.isPaused), .text(queue.limit?.words),
                    .time(queue.oldest),
                ] + JobState.allCases.map { .count(queue.record[$0]) } + [
                    .fraction(queue.endedPerMinute), .time(queue.pause?.since),
                    .text(queue.pause?.actor.description), .text(queue.pause?.reason),
                ]
            })
    }

    static let recurring = ExportList(
        name: "recurring",
        columns: [
            "recurring", "job", "queue", "description", "group", "schedule", "sentence", "zone", "standing", "next",
            "misfire", "overlap", "fired", "skipped", "mode", "misfireMax", "lateMicroseconds", "jitterMicroseconds",
            "starts", "ends", "pausedBy", "pauseReason", "lastFired", "lastJob", "lastState",
        ]
    ) { call, from in
        try call.requireWholeStore()
        let page = try call.recurring.page(
            after: from ?? 0, text: try call.query.value("text"), group: try call.query.value("group"),
            limit: ExportPage.rowsMax)
        return ExportPage(
            rows: try page.found.map { one in
                let last = try call.recurring.lastRun(of: one)
                return [
                    .text(one.id), .text(one.jobName), .text(one.queue), .text(one.description), .text(one.group),
                    .text(one.schedule), .text(one.sentence), .text(one.zone), .text(one.standing.word),
                    .time(one.next), .text(one.misfire.word), .text(one.overlap.rawValue), .count(one.fired),
                    .count(one.skipped), .text(one.mode), .number(one.misfireMax),
                    .number(one.lateAfter.clampedMicroseconds), .number(one.jitter.clampedMicroseconds),
                    .time(one.starts), .time(one.ends), .text(one.pause?.actor.description), .text(one.pause?.reason),
                    .time(last?.time), .number(last?.job.map { Int64(clamping: $0.rawValue) }),
                    .text(last?.state?.name),
                ]
            }, next: page.next)
    }

    static let history = ExportList(
        name: "runs",
        columns: [
            "event", "time", "kind", "planned", "job", "state", "microseconds", "howMany", "origin", "actor", "reason",
        ]
    ) { call, from in
        try call.requireWholeStore()
        guard let one = try call.recurring.one(try call.name("recurring")) else {
            throw RouteFailure(404, "There is no recurring job of that name.")
        }
        let found = try RecurringHistoryFilter(call.query).page(one, before: from, limit: ExportPage.rowsMax, call)
        return ExportPage(
            rows: found.entries.map { entry in
                [
                    .count(entry.event), .time(entry.time), .text(entry.kind.name), .time(entry.planned),
                    .number(entry.job.map { Int64(clamping: $0.rawValue) }), .text(entry.state?.name),
                    .number(entry.ran.map { $0.clampedMicroseconds }), .count(entry.howMany),
                    .text(entry.origin?.rawValue), .text(entry.actor.description), .text(entry.reason),
                ]
            }, next: found.next)
    }

    static let batches = ExportList(
        name: "batches",
        columns: [
            "batch", "name", "state", "jobs", "succeeded", "failed", "cancelled", "unfinished", "created", "since",
            "inBatch",
        ]
    ) { call, from in
        try call.requireWholeStore()
        let found = try call.read { try BatchesPage.newest(from, ExportPage.rowsMax, in: $0) }
        return ExportPage(
            rows: found.map { id, batch in
                [
                    .count(id), .text(batch.name), .text(batch.standing.rawValue), .count(batch.jobs),
                    .count(batch.succeeded), .count(batch.failed), .count(batch.cancelled), .count(batch.unfinished),
                    .time(batch.created), .time(batch.since), batch.outer == 0 ? .text(nil) : .count(batch.outer),
                ]
            }, next: found.count < ExportPage.rowsMax ? nil : found.last?.id)
    }

    static let processes = ExportList(
        name: "processes",
        columns: [
            "process", "pid", "program", "user", "host", "started", "alive", "standing", "running", "processorSeconds",
            "memoryBytes",
        ]
    ) { call, _ in
        try call.requireWholeStore()
        return ExportPage(
            rows: try ProcessesPage.lines(call).map { line in
                [
                    .count(line.event), .count(line.pid), .text(line.program), .text(line.started?.user),
                    .text(line.started?.host), .time(line.since), .flag(line.isAlive),
                    .text(line.standing.map { "\($0)" }), .count(line.jobs.count),
                    .fraction(line.usage?.processorSeconds), .number(line.usage.map { Int64($0.memoryBytes) }),
                ]
            })
    }
}

extension RecurringStatus {
    fileprivate var misfireMax: Int64? {
        guard case .each(let max) = misfire else { return nil }
        return Int64(max)
    }
}
