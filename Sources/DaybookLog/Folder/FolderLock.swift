// Opening, making and closing a store is done by one process at a time, under `flock` on the folder's own descriptor.
// It leaves no file behind, needs no writable file system, and goes with the process that held it. Under it a folder is
// in one of few states, and LMDB's own races between opening and closing do not arise.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The lock of an open folder.
enum FolderLock {
    /// Runs `body` under the lock, after waiting at most `patienceMilliseconds` for whoever holds it: `busy` says what
    /// he does, if it is not opening or closing the store there.
    static func with<R>(
        _ folder: FolderDescriptor, patienceMilliseconds: Int, busy: String? = nil, _ body: () throws(LogError) -> R
    ) throws(LogError) -> R {
        try take(folder, patienceMilliseconds, busy)
        defer { _ = flock(folder.number, LOCK_UN) }
        return try body()
    }

    private static func take(_ folder: FolderDescriptor, _ patienceMilliseconds: Int, _ busy: String?) throws(LogError)
    {
        var pause = PollingPause(patienceMilliseconds: patienceMilliseconds)
        while flock(folder.number, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK:
                if pause.isOver { throw held(folder, patienceMilliseconds, busy) }
                pause.wait()
            default: throw LogError(errno: errno, doing: "lock the folder \(folder.path)")
            }
        }
    }

    private static func held(_ folder: FolderDescriptor, _ patienceMilliseconds: Int, _ busy: String?) -> LogError {
        let holder = FileLocks.holder(of: folder).map { "pid \($0)" } ?? "another process"
        if let busy { return LogError(.unusable, "\(busy) by \(holder). Wait until that is done.") }
        return LogError(
            .unusable,
            """
            \(folder.path) is being opened or closed by \(holder) for more than \(patienceMilliseconds / 1_000) s. \
            Let that process go on, or end it, and try again.
            """)
    }
}

/// Who holds what lock, as the kernel lists them.
enum FileLocks {
    /// The pid of whoever holds a `flock` on the folder, where the system tells.
    static func holder(of folder: FolderDescriptor) -> Int32? {
        guard let status = try? folder.status(), let listing = SmallFile.text("/proc/locks") else { return nil }
        for line in listing.split(separator: "\n") {
            // "1: FLOCK  ADVISORY  WRITE 4711 08:01:131 0 EOF"; one that waits has "->" behind its number.
            let words = line.split(separator: " ")
            guard words.count >= 6, words[1] == "FLOCK", let number = words[5].split(separator: ":").last else {
                continue
            }
            if UInt64(number) == status.number { return Int32(words[4]) }
        }
        return nil
    }
}

/// Files of the kernel's that fit into a page or two.
enum SmallFile {
    static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < 1 << 20 {
            let got = read(descriptor, &part, part.count)
            if got < 0, errno == EINTR { continue }
            if got <= 0 { break }
            bytes += part[..<got]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Waiting by looking again and again, with an end. It blocks its thread, as LMDB's own waiting does.
struct PollingPause {
    private let end: UInt64
    private var nextNanoseconds: UInt64 = 100_000

    init(patienceMilliseconds: Int) {
        end = MonotonicClock.nowNanoseconds + UInt64(patienceMilliseconds) * 1_000_000
    }

    var isOver: Bool { MonotonicClock.nowNanoseconds >= end }

    mutating func wait() {
        MonotonicClock.pause(nanoseconds: nextNanoseconds)
        nextNanoseconds = min(nextNanoseconds * 2, 20_000_000)
    }
}
