package import DaybookModel

/// What is wrong at present, as those say who watch the store.
package struct OpenAlerts: Sendable {
    package struct Episode: Sendable, Equatable {
        package let job: JobID
        package let rule: String
        package let subject: String
        package let text: String
        package let since: Instant
    }

    /// The job that is an episode.
    package static let jobName = "daybook.alert"
    package static let queue = QueueRecord.reservedPrefix + "alerts"

    /// The newest first.
    package let episodes: [Episode]

    package init(_ storage: any LogStorage) throws {
        let open = try storage.read { log -> UInt64 in
            var books = Books()
            let record = try books.allQueues(in: log).first { $0.name == OpenAlerts.queue }
            return JobState.allCases.filter { !$0.isFinished }.reduce(0) { $0 + (record?[$1] ?? 0) }
        }
        var found: [Episode] = []
        if open > 0 {
            var filter = JobFilter(states: Set(JobState.allCases.filter { !$0.isFinished }))
            filter.queue = OpenAlerts.queue
            try JobWalk(storage, filter).forEach(below: nil) { job in
                guard let episode = try storage.read({ try Episode(job.id, in: $0) }) else { return true }
                found.append(episode)
                return UInt64(found.count) < open
            }
        }
        episodes = found
    }
}

extension OpenAlerts.Episode {
    /// The episode that a job is; nil if it is none.
    package init?(_ job: JobID, in log: any LogSnapshot) throws {
        guard let event = try log.event(job.rawValue, { try Event($0, at: job.rawValue) }),
            case .created(let created) = event.body, created.value.name == OpenAlerts.jobName,
            let tree = try? JSONTree(created.value.arguments), let rule = tree["rule"]?.text,
            let text = tree["text"]?.text
        else { return nil }
        self.init(job: job, rule: rule, subject: tree["subject"]?.text ?? "", text: text, since: event.time)
    }
}
