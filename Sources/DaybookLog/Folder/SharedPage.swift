internal import CDaybookPlatform

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The beginning of a file, a page unless more is said, in memory that all processes share which map it.
///
/// Sendable because its words are only reached by atomic operations, and its bytes only where one process at a time may
/// write.
final class SharedPage: @unchecked Sendable {
    static let byteCount = 4_096

    private let start: UnsafeMutableRawPointer
    private let byteCount: Int

    /// Maps a file that has at least so many bytes, all of them allocated: touching a hole on a full disk would
    /// kill the process.
    init(mapping file: borrowing FileDescriptor, byteCount: Int = SharedPage.byteCount) throws(LogError) {
        self.byteCount = byteCount
        let mapped = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, file.number, 0)
        guard let mapped, mapped != MAP_FAILED else { throw LogError(errno: errno, doing: "map \(file.path)") }
        start = mapped
    }

    deinit { munmap(start, byteCount) }

    var bytes: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: start, count: byteCount)
    }

    /// The word at `offset`, to be used with the atomic operations of `CDaybookPlatform`, and while the page is held.
    func word32(at offset: Int) -> UnsafeMutablePointer<UInt32> {
        precondition(offset >= 0 && offset <= byteCount - 4 && offset.isMultiple(of: 4))
        return start.advanced(by: offset).assumingMemoryBound(to: UInt32.self)
    }

    func word64(at offset: Int) -> UnsafeMutablePointer<UInt64> {
        precondition(offset >= 0 && offset <= byteCount - 8 && offset.isMultiple(of: 8))
        return start.advanced(by: offset).assumingMemoryBound(to: UInt64.self)
    }

    func load32(_ offset: Int) -> UInt32 { daybook_atomic_load_u32(word32(at: offset)) }
    func load64(_ offset: Int) -> UInt64 { daybook_atomic_load_u64(word64(at: offset)) }
    func store32(_ value: UInt32, at offset: Int) { daybook_atomic_store_u32(word32(at: offset), value) }
    func store64(_ value: UInt64, at offset: Int) { daybook_atomic_store_u64(word64(at: offset), value) }

    @discardableResult
    func add32(_ value: UInt32, at offset: Int) -> UInt32 { daybook_atomic_fetch_add_u32(word32(at: offset), value) }

    /// Puts `desired` where `expected` stands; false if something else stood there.
    func exchange32(_ expected: UInt32, for desired: UInt32, at offset: Int) -> Bool {
        var expected = expected
        return daybook_atomic_compare_exchange_u32(word32(at: offset), &expected, desired)
    }

    func exchange64(_ expected: UInt64, for desired: UInt64, at offset: Int) -> Bool {
        var expected = expected
        return daybook_atomic_compare_exchange_u64(word64(at: offset), &expected, desired)
    }
}
