// What the pages show that no look at the ledgers could tell: how much was done when, which jobs have failed, and what
// people did. Rows are a function of the events; those of minutes and hours long past go when a new one begins.

internal import Daybook
internal import DaybookLog
internal import DaybookModel

struct DashboardFollower: Follower {
    static let name = "dashboard"
    static let version = 6

    /// What is counted by the minute and by the hour.
    enum Figure: Int, CaseIterable, Sendable {
        case enqueued = 0
        case succeeded = 1
        /// Runs that failed and are followed by another.
        case retried = 2
        case failed = 3
    }

    /// Rows begin with one of these.
    enum Part {
        static let minute = "minute"
        static let hour = "hour"
        static let ran = "ran"
        static let waited = "waited"
        static let state = "state"
        /// How many jobs stand failed with an error of a type, which jobs, and of which type each job's is.
        static let error = "error"
        static let errorJob = "errorjob"
        static let errorOf = "errorof"
        /// The same by errors that are alike, and these by how many jobs stand failed with them.
        static let similar = "similar"
        static let similarJob = "similarjob"
        static let similarRank = "similarrank"
        /// Actions on many jobs, which stay here when their jobs are gone.
        static let operation = "operation"
        /// The jobs that do once more what another one did, by that one.
        static let again = "again"
        static let deed = "deed"
        static let by = "by"
        /// What ended and was enqueued in a queue by the minute, and the events that paused and resumed it.
        static let queue = "queue"
        static let pause = "pause"
        /// Checks of the log, and steps of the clock.
        static let check = "check"
        static let clock = "clock"
    }

    static let minutesKept: Int64 = 3 * 60
    static let hoursKept: Int64 = 8 * 24
    private static let personBytesMax = 200

    func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        guard let kind = event.kind else { return }
        if let figure = DashboardFollower.figure(of: kind) { try count(figure, event, &rows) }
        if let job = event.job {
            try list(kind, job, event, &rows)
            try group(kind, job, event, &rows)
        }
        if kind == .claimed { try countWait(event, &rows) }
        try noteRare(event, &rows)
        if let person = event.actor.person, DashboardFollower.isDeed(event.fact) {
            try note(person, event.sequence, &rows)
        }
    }

    static func figure(of kind: EventKind) -> Figure? {
        switch kind {
        case .created: .enqueued
        case .succeeded: .succeeded
        case .attemptFailed: .retried
        case .failed: .failed
        default: nil
        }
    }

    private func count(_ figure: Figure, _ event: FollowedEvent, _ rows: inout FollowerRows) throws {
        let minute = Throughput.minute(of: event.time)
        let hour = Throughput.hour(of: event.time)
        if try rows.add(1, to: Packed(Part.minute, minute, figure.rawValue)) == 1 {
            try forget(Part.minute, before: minute - DashboardFollower.minutesKept, &rows)
        }
        if try rows.add(1, to: Packed(Part.hour, hour, figure.rawValue)) == 1 {
            try forget(Part.hour, before: hour - DashboardFollower.hoursKept, &rows)
        }
        // A damaged first event is for `verify` to name; here it costs a count.
        if let queue = (try? event.creation)??.queue {
            let key = Packed(Part.queue, queue, minute, figure.rawValue)
            if try rows.add(1, to: key) == 1 { try forgetMinutes(of: queue, before: minute, &rows) }
        }
        guard let run = event.run else { return }
        if try rows.add(1, to: Packed(Part.ran, hour, RunTimes.bucket(run.microseconds))) == 1 {
            try forget(Part.ran, before: hour - DashboardFollower.hoursKept, &rows)
        }
    }

    /// How long a job was ready before it was claimed: what happened to it before made it ready.
    private func countWait(_ event: FollowedEvent, _ rows: inout FollowerRows) throws {
        guard let ready = try event.timeBefore else { return }
        let hour = Throughput.hour(of: event.time)
        let waited = Int(clamping: max(0, event.time.microseconds - ready.microseconds))
        if try rows.add(1, to: Packed(Part.waited, hour, RunTimes.bucket(waited))) == 1 {
            try forget(Part.waited, before: hour - DashboardFollower.hoursKept, &rows)
        }
    }

    private func forget(_ part: String, before bound: Int64, _ rows: inout FollowerRows) throws {
        var old: [Packed] = []
        try rows.walk(Packed(part)) { key, _ in
            guard try key.unpacked(as: String.self, Int64.self, Int.self).1 < bound else { return false }
            old.append(key)
            return true
        }
        for key in old { try rows.delete(key) }
    }

    private func forgetMinutes(of queue: String, before minute: Int64, _ rows: inout FollowerRows) throws {
        var old: [Packed] = []
        try rows.walk(Packed(Part.queue, queue)) { key, _ in
            let place = try key.unpacked(as: String.self, String.self, Int64.self, Int.self).2
            guard place < minute - DashboardFollower.minutesKept else { return false }
            old.append(key)
            return true
        }
        for key in old { try rows.delete(key) }
    }

    /// The newest first, so that it is told for any moment what was the last before it.
    private func noteRare(_ event: FollowedEvent, _ rows: inout FollowerRows) throws {
        let number = -Int64(clamping: event.sequence)
        switch event.fact.event.body {
        case .queuePaused(let queue, _): try rows.put(Packed(Part.pause, queue, number), Packed(1))
        case .clockStepped: try rows.put(Packed(Part.clock, number), Packed())
        case .queueResumed(let queue, _): try rows.put(Packed(Part.pause, queue, number), Packed(0))
        case .created(let created) where created.value.rerunOf != 0:
            try rows.put(Packed(Part.again, Int64(clamping: created.value.rerunOf), number), Packed())
        default: break
        }
    }

    // MARK: Jobs that lie where nobody would find them among millions

    private func list(
        _ kind: EventKind, _ job: JobID, _ event: FollowedEvent, _ rows: inout FollowerRows
    ) throws {
        let number = -Int64(clamping: job.rawValue)
        switch kind {
        case .created where event.fact.creation?.queue == Operation.queue:
            try rows.put(Packed(Part.operation, number), Packed())
        case .created where event.fact.creation?.queue == LogCheck.queue:
            try rows.put(Packed(Part.check, number), Packed())
        case .failed: try rows.put(Packed(Part.state, JobState.failed.name, number), Packed())
        case .cancelled: try rows.put(Packed(Part.state, JobState.cancelled.name, number), Packed())
        case .requeued, .purged:
            try rows.delete(Packed(Part.state, JobState.failed.name, number))
            try rows.delete(Packed(Part.state, JobState.cancelled.name, number))
        default: break
        }
    }

    private static let typeBytesMax = 200

    /// Failed jobs by the type of their error.
    private func group(
        _ kind: EventKind, _ job: JobID, _ event: FollowedEvent, _ rows: inout FollowerRows
    ) throws {
        guard [.failed, .requeued, .purged].contains(kind) else { return }
        let number = -Int64(clamping: job.rawValue)
        if let old = try rows[Packed(Part.errorOf, number)] {
            let (type, similar) = try old.unpacked(as: String.self, String.self)
            try rows.delete(Packed(Part.errorOf, number))
            try rows.delete(Packed(Part.similarJob, similar, number))
            try countSimilar(similar, by: -1, &rows)
            if !type.isEmpty {
                try rows.delete(Packed(Part.errorJob, type, number))
                if try rows.add(-1, to: Packed(Part.error, type)) <= 0 { try rows.delete(Packed(Part.error, type)) }
            }
        }
        guard kind == .failed, let run = event.run else { return }
        // Words are not kept here, where they would outlive a key that is destroyed.
        let similar = FailureLikeness(run.errorType, run.error).text
        let type = run.errorType.utf8.count <= DashboardFollower.typeBytesMax ? run.errorType : ""
        try rows.put(Packed(Part.errorOf, number), Packed(type, similar))
        try rows.put(Packed(Part.similarJob, similar, number), Packed())
        try countSimilar(similar, by: 1, &rows)
        guard !type.isEmpty else { return }
        try rows.put(Packed(Part.errorJob, type, number), Packed())
        try rows.add(1, to: Packed(Part.error, type))
    }

    /// Groups can be as many as failed jobs, so those with most jobs are found by their rank.
    private func countSimilar(_ similar: String, by step: Int, _ rows: inout FollowerRows) throws {
        let count = try rows.add(step, to: Packed(Part.similar, similar))
        try rows.delete(Packed(Part.similarRank, -(count - step), similar))
        if count > 0 {
            try rows.put(Packed(Part.similarRank, -count, similar), Packed())
        } else {
            try rows.delete(Packed(Part.similar, similar))
        }
    }

    // MARK: What people did

    /// Not what programs do by the thousand under a person's name: enqueueing, claiming and finishing. A job that was
    /// made of another one is what somebody did to that one.
    private static let deeds: Set<EventKind> = [
        .denied, .rebuilt, .processAsked, .cancelled, .requeued, .rescheduled, .purged, .batchSealed, .batchCancelled,
        .queuePaused, .queueResumed, .queueLimited, .recurringSet, .recurringPaused, .recurringResumed,
        .recurringRemoved, .fired, .retentionSet, .held, .released,
    ]

    static func isDeed(_ event: LoggedEvent) -> Bool {
        event.kind.map(deeds.contains) == true || event.creation?.isMadeOfAnother == true
    }

    private func note(_ person: String, _ sequence: SequenceNumber, _ rows: inout FollowerRows) throws {
        let number = -Int64(clamping: sequence)
        try rows.put(Packed(Part.deed, number), Packed())
        guard person.utf8.count <= DashboardFollower.personBytesMax else { return }
        try rows.put(Packed(Part.by, person, number), Packed())
    }
}
