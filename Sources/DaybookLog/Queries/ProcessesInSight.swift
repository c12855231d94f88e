package import DaybookModel

/// Which processes are there that could run jobs, as far as whoever asks can tell.
package enum ProcessesInSight: Sendable {
    /// Nobody has looked: there may be some.
    case unknown
    /// As the log has it, which learns of a death only from another process.
    case logged
    /// Those whose locks were found held, and those of them that run jobs.
    case seen(alive: Set<SequenceNumber>, serving: Set<SequenceNumber>)

    /// Why a job that is ready is not taken; nil if somebody may take it.
    func absence(in log: any LogSnapshot) throws -> JobReason.Unattended? {
        if case .unknown = self { return nil }
        var quiet: [SequenceNumber] = []
        var takesJobs = false
        try log.forEachRow(of: .processes) { key, value in
            guard let record = ProcessRecord(value), record.standing.isAlive else { return true }
            let process = RowKey(key).first
            if case .seen(_, let serving) = self, !serving.contains(process) { return true }
            if record.standing == .alive { takesJobs = true } else { quiet.append(process) }
            return !takesJobs
        }
        if takesJobs { return nil }
        guard let first = quiet.first else { return .nobody }
        return quiet.count == 1 ? .quiet(first) : .allQuiet(quiet.count)
    }

    /// Whether a process is gone that the log has as running something.
    func isGone(_ process: SequenceNumber) -> Bool {
        if case .seen(let alive, _) = self { !alive.contains(process) } else { false }
    }
}
