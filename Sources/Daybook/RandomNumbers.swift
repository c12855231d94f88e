internal import DaybookLog
internal import Synchronization

/// Random numbers for salts and jitter, fetched from the system in bulk: a system call for each costs as much as
/// handing a job over.
final class RandomNumbers: Sendable {
    private struct State {
        var numbers: [UInt64] = []
    }

    private let state = Mutex(State())
    private let bytes: @Sendable (Int) throws(LogError) -> [UInt8]

    private static let bulk = 512

    init(_ host: HostFacts) {
        bytes = host.randomBytes
    }

    /// A number that nobody can foresee, and that no other call gets.
    func next() throws -> UInt64 {
        try state.withLock { state in
            if state.numbers.isEmpty { state.numbers = try fetch() }
            return state.numbers.removeLast()
        }
    }

    private func fetch() throws -> [UInt64] {
        let size = MemoryLayout<UInt64>.size
        let bytes = try bytes(RandomNumbers.bulk * size)
        return bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / size).map { bytes.loadUnaligned(fromByteOffset: $0 * size, as: UInt64.self) }
        }
    }
}
