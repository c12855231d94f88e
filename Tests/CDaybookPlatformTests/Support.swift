import CDaybookPlatform
import Foundation
import Testing

/// Random numbers that are the same at every run; tests print the seed where one fails.
struct Generator: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}

/// Calls `body` with a folder that is gone afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
}

/// Calls `body` with a new empty file in a temporary folder, open for reading and writing.
func withTemporaryFile<Result>(_ body: (_ descriptor: Int32, _ path: String) throws -> Result) throws -> Result {
    try withTemporaryFolder { folder in
        let path = folder + "/file"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0, "open: errno \(errno)")
        defer { close(descriptor) }
        return try body(descriptor, path)
    }
}

/// Bytes that end where a page begins that may not be touched: reading one byte too many ends the process with a
/// signal.
final class GuardedBytes {
    private let start: UnsafeMutableRawPointer
    private let pageSize = Int(getpagesize())
    private let capacity: Int

    init(capacity wanted: Int) throws {
        capacity = (wanted + pageSize - 1) / pageSize * pageSize
        let mapped = mmap(nil, capacity + 2 * pageSize, PROT_NONE, MAP_PRIVATE | MAP_ANON, -1, 0)
        start = try #require(mapped)
        let opened = mprotect(start + pageSize, capacity, PROT_READ | PROT_WRITE)
        try #require(opened == 0)
    }

    deinit {
        munmap(start, capacity + 2 * pageSize)
    }

    /// A copy of `bytes` right before the forbidden page.
    func atTheEnd(_ bytes: [UInt8]) -> UnsafeRawPointer {
        let place = start + pageSize + capacity - bytes.count
        if !bytes.isEmpty { place.copyMemory(from: bytes, byteCount: bytes.count) }
        return UnsafeRawPointer(place)
    }
}
