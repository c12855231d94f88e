package import DaybookModel

/// Jobs that wait for a person to say what is to become of them: a recovered log has lost what did.
package struct SetAsideJobs: Sendable {
    package private(set) var count: UInt64 = 0
    /// The first of them.
    package private(set) var first: [JobID] = []

    private static let firstMax = 10

    package init(in log: any LogSnapshot) throws {
        try RowKey.due(JobRecord.asideUntil, job: 0).withBytes { start in
            try log.scan(.due, from: start) { key, _ in
                let key = RowKey(key)
                guard !key.isSentinel, key.dueInstant == JobRecord.asideUntil else { return false }
                guard try Books.storedJob(key.second, in: log)?.isSetAside == true else { return true }
                count += 1
                if first.count < SetAsideJobs.firstMax { first.append(JobID(rawValue: key.second)) }
                return true
            }
        }
    }
}

extension JobRecord {
    /// When a job that is set aside would be due.
    static let asideUntil = Instant.maximum

    /// What became of it is lost with a part of the log.
    package var isSetAside: Bool {
        state == .scheduled && waitsFor == .rescheduled && due == JobRecord.asideUntil
    }
}
