internal import CDaybookLMDB

/// How a database lies in its file.
package struct DatabaseStatistics: Sendable, Hashable {
    package let rows: Int
    /// Levels of the B-tree; 0 when empty.
    package let depth: Int
    package let branchPages: Int
    package let leafPages: Int
    package let overflowPages: Int
    package let pageSizeBytes: Int

    init(_ found: MDB_stat) {
        rows = Int(found.ms_entries)
        depth = Int(found.ms_depth)
        branchPages = Int(found.ms_branch_pages)
        leafPages = Int(found.ms_leaf_pages)
        overflowPages = Int(found.ms_overflow_pages)
        pageSizeBytes = Int(found.ms_psize)
    }
}
