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
        guard let processes = opendir("/proc") else { return kill(-number, 0) == 0 }
        defer { closedir(processes) }
        while let entry = readdir(processes) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let pid = Int32(name), let fields = ProcessGroup.status(of: pid), fields.count > 2 else { continue }
            if fields[2] == String(number), fields[0] != "Z", fields[0] != "X" { return true }
        }
        return false
    }

    /// When a process started, in ticks since boot, of which the lower half is enough; nil if there is no such process.
    static func startTicks(of pid: Int32) -> UInt32? {
        guard let fields = status(of: pid), fields.count > 19, let ticks = UInt64(fields[19]) else { return nil }
        return UInt32(truncatingIfNeeded: ticks)
    }

    /// The fields of `/proc/PID/stat` from the state on; the name before it may hold anything.
    private static func status(of pid: Int32) -> [String]? {
        let file = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = read(file, &bytes, bytes.count)
        guard count > 0, let end = bytes[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
        return bytes[(end + 1)..<count].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    }
}
