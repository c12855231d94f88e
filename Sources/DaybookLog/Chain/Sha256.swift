internal import CDaybookCrypto

/// SHA-256 without a look-up or an allocation per message. One thread at a time.
final class Sha256 {
    private let state: UnsafeMutablePointer<daybook_sha256>

    init() {
        state = .allocate(capacity: 1)
        // Fails only without memory or where policy forbids SHA-256; no log can be kept there, and nothing is lost
        // by saying so.
        precondition(daybook_sha256_open(state), "libcrypto does not offer SHA-256 on this machine")
    }

    deinit {
        daybook_sha256_close(state)
        state.deallocate()
    }

    func hash(_ bytes: UnsafeRawBufferPointer) -> Hash {
        Hash { daybook_sha256_of(state, bytes.baseAddress, bytes.count, $0) }
    }

    func begin() { daybook_sha256_begin(state) }

    func add(_ bytes: UnsafeRawBufferPointer) { daybook_sha256_add(state, bytes.baseAddress, bytes.count) }

    func add<T: FixedWidthInteger>(_ number: T) {
        withUnsafeBytes(of: number) { add($0) }
    }

    func add(_ hash: Hash) { hash.withBytes { add($0) } }

    func end() -> Hash { Hash { daybook_sha256_end(state, $0) } }
}

/// The first byte of everything that is hashed says what it is, so that nothing can pass for something else.
enum HashedAs {
    static let leaf: UInt8 = 0
    static let payload: UInt8 = 1
    static let node: UInt8 = 2
    static let root: UInt8 = 3
    static let head: UInt8 = 4
}
