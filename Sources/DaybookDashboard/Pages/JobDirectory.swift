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
    static let rowsMax = 20_000
    /// The same where each job's first event has to be read.
    static let creationsMax = 3_000
    /// The same where that is searched through, or its last failure is looked for.
    static let searchedMax = 1_500
    /// Ids that are gathered where their order has to be made first.
    private static let idsMax = 20_000

    /// So many rows are looked at for one page of this list.
    var rowsMax: Int {
        if filter.text != nil || filter.error != nil || filter.similar != nil { return JobDirectory.searchedMax }
        return filter.asksEvents ? JobDirectory.creationsMax : JobDirectory.rowsMax
    }

    func page(below bound: SequenceNumber?, limit: Int) throws -> JobListing {
        let walk = JobWalk(store, filter)
        let bound = try walk.start(below: bound)
        // As few as fill a page if the filter leaves none of them out, and more where it does.
        var most = limit + 1
        while let known = try known(below: bound, atMost: most) {
            let page = try walk.page(of: known.ids, below: bound, limit: limit, rowsMax: rowsMax)
            if known.isWhole || page.next != nil { return page }
            most *= 8
        }
        return try walk.page(below: bound, limit: limit, rowsMax: rowsMax)
    }

    /// Ids of jobs, in falling order, and whether there are no more of them.
    struct Known {
        var ids: [SequenceNumber]
        var isWhole = true
    }

    /// The ids of the jobs that may be meant; nil where only a walk can tell.
    func known(below bound: SequenceNumber?, atMost most: Int) throws -> Known? {
        if filter.isRetrying, filter.states.isEmpty {
            return try store.read { try JobDirectory.keys(.due, in: $0) { $0.second } }
        }
        guard filter.states.count == 1, !filter.isRetrying, let state = filter.states.first else { return nil }
        switch state {
        case .failed, .cancelled: return try ended(state, below: bound, atMost: most)
        case .processing: return try store.read { try JobDirectory.keys(.running, in: $0) { $0.second } }
        case .scheduled: return try store.read { try JobDirectory.keys(.due, in: $0) { $0.second } }
        case .awaiting: return try store.read { try JobDirectory.keys(.conditions, in: $0) { $0.first } }
        case .enqueued, .succeeded, .parked: return nil
        }
    }

    private static func keys(
        _ table: Table, in log: any LogSnapshot, _ id: (RowKey) -> SequenceNumber
    ) throws -> Known? {
        var ids: [SequenceNumber] = []
        try RowKey.number(0).withBytes { start in
            try log.scan(table, from: start) { key, _ in
                let key = RowKey(key)
                if !key.isSentinel { ids.append(id(key)) }
                return ids.count <= idsMax
            }
        }
        guard ids.count <= idsMax else { return nil }
        return Known(ids: ids.sorted(by: >))
    }

    /// Nil while the view is not there; a view that lags misses the newest for a moment.
    private func ended(_ state: JobState, below bound: SequenceNumber?, atMost most: Int) throws -> Known? {
        let part = DashboardFollower.Part.self
        let prefix: Packed
        var start: Packed?
        let number = bound.map { -Int64(clamping: $0) + 1 }
        if state == .failed, let similar = filter.similar {
            prefix = Packed(part.similarJob, similar.text)
            start = number.map { Packed(part.similarJob, similar.text, $0) }
        } else if state == .failed, let error = filter.error {
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
                return ids.count < most
            }
            return rows.eventsBehind > JobDirectory.lagMax ? nil : Known(ids: ids, isWhole: ids.count < most)
        }
    }

    /// A view that is further behind is no list of what there is.
    private static let lagMax: UInt64 = 10_000
}

extension JobDirectory {
    init(_ call: RouteCall, _ filter: JobFilter) {
        self.init(store: call.store, engine: call.past == nil ? call.engine : nil, filter: filter)
    }
}
