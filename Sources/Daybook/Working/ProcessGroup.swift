#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The children that a job of a dead process left behind.
struct ProcessGroup {
    let number: Int32
    /// When its leader started; 0 if that is not known.
    let leaderStart: UInt32

    /// Kills what is left of the group. True once nothing of it runs any more.
    func end() -> Bool {
        // A leader of the same number that started at another time is somebody else's: the group is long gone.
        if leaderStart != 0, let start = ProcessGroup.startTicks(of: number), start != leaderStart { return true }
        guard kill(-number, SIGKILL) == 0 else { return true }
        return !isRunning
    }

    /// Who was killed and is waited for by nobody stays in the kernel's table; that is as good as gone.
    private var isRunning: Bool {
        let processes = ProcessFacts.all()
        guard !processes.isEmpty else { return kill(-number, 0) == 0 }
        return processes.contains { pid in ProcessFacts(pid).map { $0.group == number && !$0.isOver } ?? false }
    }

    /// When a process started, in ticks since boot, of which the lower half is enough; nil if there is no such process.
    static func startTicks(of pid: Int32) -> UInt32? {
        guard let fields = status(of: pid), fields.count > 19, let ticks = UInt64(fields[19]) else { return nil }
        return UInt32(truncatingIfNeeded: ticks)
    }

    /// The fields of `/proc/PID/stat` from the state on; the name before it may hold anything.
    static func status(of pid: Int32) -> [String]? {
        let file = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = read(file, &bytes, bytes.count)
        guard count > 0, let end = bytes[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
        return bytes[(end + 1)..<count].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    }
}
