// Operations are jobs among millions of others, and few. The dashboard's view lists them; what it has not seen yet lies
// at the end of the log, and so near that it is looked for there.

internal import Daybook
internal import DaybookLog
internal import DaybookModel

struct OperationDirectory {
    private let call: RouteCall

    /// The newest jobs, which are looked through for operations that the view has not seen.
    static let newestMax = 1_000
    /// The same where there is no view.
    static let rowsMax = 20_000
    /// Operations whose jobs are gone, or had not come yet at a moment of the past, are passed over.
    private static let passedMax = 1_000

    init(_ call: RouteCall) {
        self.call = call
    }

    func page(
        below bound: SequenceNumber?, limit: Int
    ) throws -> (found: [OperationStatus], next: SequenceNumber?) {
        let most = limit + OperationDirectory.passedMax
        guard var ids = listed(below: bound, atMost: most) else {
            return try call.store.operations(below: bound, limit: limit, rowsMax: OperationDirectory.rowsMax)
        }
        let end = ids.count == most ? ids.last : nil
        if bound == nil, call.past == nil {
            let newest = try call.store.operations(below: nil, limit: limit, rowsMax: OperationDirectory.newestMax)
            ids = Set(ids).union(newest.found.map(\.job.id.rawValue)).sorted(by: >)
        }
        var found: [OperationStatus] = []
        for id in ids {
            guard found.count < limit else { return (found, found.last?.job.id.rawValue) }
            if let operation = try call.store.operation(id) { found.append(operation) }
        }
        return (found, end)
    }

    /// In falling order; nil while the view is not there.
    func listed(below bound: SequenceNumber?, atMost most: Int) -> [SequenceNumber]? {
        call.listed(DashboardFollower.Part.operation, below: bound, atMost: most)
    }
}
