package import DaybookModel

extension QueueRecord {
    /// Whether any of its jobs is ready or running. Counts that say so alone are wrong, which `log verify` tells;
    /// nobody is to wait for jobs that are not there.
    package func hasWork(number: UInt32, in log: any LogSnapshot) throws -> Bool {
        guard self[.enqueued] + self[.processing] > 0 else { return false }
        if try ReadyAge.hasReady(number, in: log) { return true }
        return try hasRows(.running, in: log) || hasRows(.limitWaits, in: log)
    }

    private func hasRows(_ table: Table, in log: any LogSnapshot) throws -> Bool {
        var found = false
        try log.forEachRow(of: table) { key, _ in
            found = !key.allSatisfy { $0 == 0xFF }
            return !found
        }
        return found
    }
}
