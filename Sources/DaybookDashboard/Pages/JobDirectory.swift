// Finds the jobs of a list without walking through the store. Few states hold most of the jobs: those that are
// done. The others have tables of their own, or stand in the dashboard's view, so their jobs are found however many
// millions lie around them. What is left is walked from the newest job down, for so many rows and no more.

internal import Daybook
internal import DaybookLog
internal import DaybookModel

struct JobDirectory {
    let store: any LogStorage
    /// Whose dashboard's view helps along; nil for a store of the past.
    let engine: JobEngine?
    let filter: JobFilter

    /// Rows that a page looks at before it says that there may be more.
    private static let rowsMax = 20_000
    /// The same where each row's first event has to be read.
    private static let eventsMax = 4_000
    private static let idsMax = 20_000

    init(_ call: RouteCall, _ filter: JobFilter) {
        store = call.store
        engine = call.past == nil ? call.engine : nil
        self.filter = filter
    }

    func page(below bound: SequenceNumber?, limit: Int) throws -> JobListing {
        let readsEvents = filter.asksEvents
        let rowsMax = readsEvents ? JobDirectory.eventsMax : JobDirectory.rowsMax
        let walk = JobWalk(store, filter)
        if let ids = try known(below: bound) {
            return try walk.page(of: ids, below: bound, limit: limit, rowsMax: rowsMax)
        }
        return try walk.page(below: bound, limit: limit, rowsMax: rowsMax)
    }

    /// The ids of the jobs that may be meant, in falling order; nil where only a walk can tell.
    private func known(below bound: SequenceNumber?) throws -> [SequenceNumber]? {
        guard filter.states.count == 1, let state = filter.states.first else { return nil }
        switch state {
        case .failed, .cancelled: return try ended(state, below: bound)
        case .processing: return try store.read { try JobDirectory.keys(.running, in: $0) { $0.second } }
        case .scheduled: return try store.read { try JobDirectory.keys(.due, in: $0) { $0.second } }
        case .awaiting: return try store.read { try JobDirectory.keys(.conditions, in: $0) { $0.first } }
        case .enqueued, .succeeded, .parked: return nil
        }
    }

    private static func keys(
        _ table: Table, in log: any LogSnapshot, _ id: (RowKey) -> SequenceNumber
    ) throws -> [SequenceNumber]? {
        var ids: [SequenceNumber] = []
        try RowKey.number(0).withBytes { start in
            try log.scan(table, from: start) { key, _ in
                let key = RowKey(key)
                if !key.isSentinel { ids.append(id(key)) }
                return ids.count <= idsMax
            }
        }
        guard ids.count <= idsMax else { return nil }
        return ids.sorted(by: >)
    }

    /// Nil while the view is not there; a view that lags misses the newest for a moment.
    private func ended(_ state: JobState, below bound: SequenceNumber?) throws -> [SequenceNumber]? {
        let part = DashboardFollower.Part.self
        let prefix: Packed
        var start: Packed?
        let number = bound.map { -Int64(clamping: $0) + 1 }
        if state == .failed, let error = filter.error {
            prefix = Packed(part.errorJob, error)
            start = number.map { Packed(part.errorJob, error, $0) }
        } else {
            prefix = Packed(part.state, state.name)
            start = number.map { Packed(part.state, state.name, $0) }
        }
        return try? engine?.view(of: DashboardFollower.self) { rows in
            var ids: [SequenceNumber] = []
            try rows.walk(prefix, from: start) { key, _ in
                let (_, _, number) = try key.unpacked(as: String.self, String.self, Int64.self)
                ids.append(SequenceNumber(-number))
                return ids.count <= JobDirectory.idsMax
            }
            return rows.eventsBehind > JobDirectory.lagMax ? nil : ids
        }
    }

    /// A view that is further behind is no list of what there is.
    private static let lagMax: UInt64 = 10_000
}
