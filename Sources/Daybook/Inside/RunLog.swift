internal import DaybookModel

/// The lines of one run that are not written yet. Whatever a run says, its log stays small: long lines are cut, and
/// so is the whole, each with a mark.
struct RunLog {
    private var lines: [String] = []
    private var level = LogLine.Level.trace
    /// Bytes in `lines`.
    private(set) var byteCount = 0
    /// Bytes of the whole run so far.
    private var total = 0
    private(set) var isCut = false
    private let bytesMax: Int

    /// A run keeps so much; the rest is dropped.
    static let bytesMax = 1 << 20
    /// A line keeps so much.
    static let lineBytesMax = 16 << 10
    /// So much goes into one event, and is not waited for any longer.
    static let eventBytesMax = 64 << 10

    init(bytesMax: Int = RunLog.bytesMax) {
        self.bytesMax = bytesMax
    }

    var isEmpty: Bool { lines.isEmpty }
    var isFull: Bool { byteCount >= RunLog.eventBytesMax }

    mutating func add(_ level: LogLine.Level, _ text: String, at time: Instant) {
        guard !isCut else { return }
        let line = LogLine(time: time, level: level, text: text.cut(toBytes: RunLog.lineBytesMax)).description
        if total + line.utf8.count <= bytesMax { return append(level, line) }
        isCut = true
        let mark = "… (cut: of a run \(bytesMax >> 10) KB of log lines are kept; the rest of this one's is not)"
        append(.warning, LogLine(time: time, level: .warning, text: mark).description)
    }

    private mutating func append(_ level: LogLine.Level, _ line: String) {
        lines.append(line)
        self.level = max(self.level, level)
        byteCount += line.utf8.count
        total += line.utf8.count
    }

    /// As many lines as one event takes; nil if there are none.
    mutating func take(salt: () -> UInt64) -> Logged? {
        guard !lines.isEmpty else { return nil }
        var count = 0
        var bytes = 0
        while count < lines.count, count == 0 || bytes + lines[count].utf8.count <= RunLog.eventBytesMax {
            bytes += lines[count].utf8.count
            count += 1
        }
        let taken = Logged(
            level: UInt64(level.rawValue), howMany: UInt64(count), salt: salt(), lines: Array(lines[..<count]))
        lines.removeFirst(count)
        byteCount -= bytes
        if lines.isEmpty { level = .trace }
        return taken
    }
}
