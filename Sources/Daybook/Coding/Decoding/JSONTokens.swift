/// A list of tokens that grows. Whoever makes it releases it.
struct JSONTokens {
    private(set) var start: UnsafeMutablePointer<JSONToken>
    private(set) var count: UInt32 = 0
    private var capacity: Int

    init(capacity: Int) {
        start = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    func release() { start.deallocate() }

    subscript(index: UInt32) -> JSONToken {
        @inline(__always) get { start[Int(index)] }
        @inline(__always) nonmutating _modify { yield &start[Int(index)] }
    }

    @inline(__always)
    mutating func append(_ token: JSONToken) {
        if count == capacity { grow() }
        (start + Int(count)).initialize(to: token)
        count += 1
    }

    @inline(never)
    private mutating func grow() {
        capacity *= 2
        let larger = UnsafeMutablePointer<JSONToken>.allocate(capacity: capacity)
        larger.moveInitialize(from: start, count: Int(count))
        start.deallocate()
        start = larger
    }
}
