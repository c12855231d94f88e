internal import DaybookModel

/// The jobs that somebody could take, by queue and name, and since when there has always been one.
struct Backlog {
    private struct Group {
        var count = 0
        var since: Instant
    }

    private var groups: [WorkloadGroup: Group] = [:]

    mutating func enter(_ group: WorkloadGroup, _ time: Instant) {
        var found = groups[group] ?? Group(since: time)
        if found.count == 0 { found.since = time }
        found.count += 1
        groups[group] = found
    }

    mutating func leave(_ group: WorkloadGroup) { groups[group]?.count -= 1 }

    /// Since when jobs of one of these have been waiting; nil if none of them has any.
    func since(_ wanted: Set<WorkloadGroup>) -> Instant? {
        wanted.compactMap { group in groups[group].flatMap { $0.count > 0 ? $0.since : nil } }.min()
    }
}
