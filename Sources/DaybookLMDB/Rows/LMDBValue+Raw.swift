public import CDaybookLMDB

extension MDB_val {
    /// LMDB's C face takes mutable pointers for what it only reads.
    @inlinable
    package init(_ bytes: UnsafeRawBufferPointer) {
        unsafe self.init(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }

    @inlinable
    package var bytes: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: mv_data, count: mv_size)
    }
}
