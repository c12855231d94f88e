internal import DaybookModel

/// Where a fold looks for rows that it has not in memory.
protocol RowsBelow: AnyObject {
    func read<R>(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R?

    func scan(
        _ table: Table, from key: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool) throws
}

extension Table {
    /// Its place in lists by table.
    var index: Int { Int(rawValue) - 1 }

    static let stayingInSnapshot = allCases.filter(\.staysInSnapshot)

    /// Whether a fold that begins with a snapshot leaves this table's rows in its files. These may have millions of
    /// rows, and posting an event never goes through them. All others are taken into memory, or into scratch.
    var staysInSnapshot: Bool {
        switch self {
        case .jobs, .ready, .due: true
        default: false
        }
    }
}
