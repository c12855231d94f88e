internal import DaybookModel

/// What is kept: events, nodes, and for each table its rows in key order.
struct MemoryContent {
    var events = KeptEvents()
    var nodes: [NodePlace: Hash] = [:]
    private var rows = MemoryContent.noRows

    private static let noRows = [SortedRows](
        repeating: SortedRows(), count: 1 + (Table.allCases.map { Int($0.rawValue) }.max() ?? 0))

    subscript(_ table: Table) -> SortedRows {
        get { rows[Int(table.rawValue)] }
        _modify { yield &rows[Int(table.rawValue)] }
    }

    struct NodePlace: Hashable {
        let level: UInt8
        let index: UInt64
    }
}
