/// Bytes written one behind another into memory that grows and is kept for the next time.
struct ByteBuffer: ~Copyable {
    private var start: UnsafeMutableRawPointer
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int = 4096) {
        self.capacity = capacity
        start = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        start.deallocate()
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[range])
    }

    /// Forgets what stands behind the first `count` bytes.
    mutating func cut(to count: Int) {
        self.count = min(count, self.count)
    }

    /// Lets `write` write at most `room` bytes behind those that are there.
    @inline(__always)
    mutating func write(room: Int, _ write: (inout ByteWriter) -> Void) {
        if capacity - count < room { grow(by: room) }
        var out = ByteWriter(at: start + count)
        write(&out)
        count = UnsafeRawPointer(out.position) - UnsafeRawPointer(start)
        assert(count <= capacity)
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        write(room: bytes.count) { $0.bytes(bytes) }
    }

    private mutating func grow(by room: Int) {
        capacity = max(2 * capacity, count + room)
        let grown = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        grown.copyMemory(from: start, byteCount: count)
        start.deallocate()
        start = grown
    }
}
