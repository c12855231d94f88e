internal import DaybookLog
package import DaybookModel

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What stands in the environment of all that a run's command starts, so that it can be found wherever it has gone.
/// Whoever clears his environment has taken it off.
package struct RunMark: Sendable {
    private let store: String
    private let tokens: Set<String>

    /// The runs that hold these claims on jobs of the store with this identity.
    package init(store: String, tokens: some Sequence<SequenceNumber>) {
        self.store = "DAYBOOK_STORE=\(store)"
        self.tokens = Set(tokens.map { "DAYBOOK_TOKEN=\($0)" })
    }

    /// What is to be added to an environment.
    package var variables: [String] { [store] + tokens }

    /// Whether a process has it.
    func isOn(_ pid: Int32) -> Bool {
        guard let environment = ProcessFacts.environment(of: pid) else { return false }
        var (isOfStore, isOfRun) = (false, false)
        for entry in environment.split(separator: 0) where entry.starts(with: "DAYBOOK_".utf8) {
            let text = String(decoding: entry, as: UTF8.self)
            if text == store { isOfStore = true }
            if tokens.contains(text) { isOfRun = true }
        }
        return isOfStore && isOfRun
    }

    /// Kills all that have it, whoever's children they are. True once none of them runs any more.
    func end() -> Bool {
        var isOver = true
        for pid in ProcessFacts.all() where pid != getpid() && isOn(pid) && kill(pid, SIGKILL) == 0 { isOver = false }
        return isOver
    }
}

/// What the kernel says of a process. Nothing, where it has no `/proc`.
struct ProcessFacts {
    let isOver: Bool
    let group: Int32
    let session: Int32

    init?(_ pid: Int32) {
        guard let fields = ProcessGroup.status(of: pid), fields.count > 3, let group = Int32(fields[2]),
            let session = Int32(fields[3])
        else { return nil }
        isOver = fields[0] == "Z" || fields[0] == "X"
        self.group = group
        self.session = session
    }

    /// Nil if it may not be read, or if there is no such process.
    static func environment(of pid: Int32) -> [UInt8]? { contents("/proc/\(pid)/environ") }

    /// The children that came to this process when their own parents had ended: those stand with its first thread.
    /// Among them may be children that a thread has started which is gone.
    static func adopted() -> [Int32] {
        guard let text = contents("/proc/self/task/\(getpid())/children"), !text.isEmpty else { return [] }
        return text.split(separator: UInt8(ascii: " ")).compactMap { Int32(String(decoding: $0, as: UTF8.self)) }
    }

    static func all() -> [Int32] {
        guard let processes = opendir("/proc") else { return [] }
        defer { closedir(processes) }
        var found: [Int32] = []
        while let entry = readdir(processes) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let pid = Int32(name) { found.append(pid) }
        }
        return found
    }

    private static func contents(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        return withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 1) { chunk in
            while true {
                let count = read(file, chunk.baseAddress, chunk.count)
                guard count > 0 else { return count == 0 ? bytes : nil }
                bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: chunk[..<count]))
            }
        }
    }
}
