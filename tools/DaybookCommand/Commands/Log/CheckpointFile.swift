import DaybookLog

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What `daybook log checkpoint` printed, a line a checkpoint, read back. A line that is none, as one that a full disk
/// cut off, makes the others no worse; a file that has none at all is refused.
struct CheckpointFile {
    private static let lineBytesMax = 64 << 10
    let path: String
    /// What it is called by whoever named it.
    private let name: String

    init(path: String) {
        self.path = path
        name = Files.name(path)
    }

    /// One that is read more than once.
    init(_ kept: KeptFile) {
        path = kept.path
        name = kept.name
    }

    /// All of them, for a log to be held against.
    func checkpoints() throws -> [LogCheckpoint] {
        var found: [LogCheckpoint] = []
        try forEach { checkpoint, _ in found.append(checkpoint.checkpoint) }
        return found
    }

    /// The one in the last line, which says most.
    func newest(_ log: StandardError) throws -> CheckpointText? {
        var newest: CheckpointText?
        try forEach(log) { checkpoint, _ in newest = checkpoint }
        return newest
    }

    /// Refuses checkpoints that are not signed by the key in `keyPath`. Without a key, says which were not looked at.
    func checkSignatures(keyPath: String?, _ log: StandardError) throws {
        let key = try keyPath.map { try CheckpointCheckKey.file($0) }
        var isAnySigned = false
        try forEach(log) { checkpoint, line in
            isAnySigned = isAnySigned || checkpoint.isSigned
            guard let objection = key.flatMap({ checkpoint.objection(by: $0) }) else { return }
            throw Failure.no(
                "The checkpoint in line \(line) of \(name) \(objection): it may be anybody's, so it proves nothing. "
                    + "Ask whoever keeps it for another copy, or for the right key.")
        }
        guard key == nil, isAnySigned else { return }
        log.log(
            .warning,
            "The signatures in \(name) were not checked; give the key of whoever signed with --public-key.")
    }

    /// Calls `body` with each of them and the number of its line; tells `log` of lines that are none.
    private func forEach(_ log: StandardError? = nil, _ body: (CheckpointText, Int) throws -> Void) throws {
        let descriptor = try Files.open(path)
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var lines = LineReader(descriptor, lineBytesMax: CheckpointFile.lineBytesMax)
        var (good, bad) = (0, [(line: Int, why: String)]())
        while let line = try lines.next(path) {
            guard !line.bytes.isEmpty || line.isTooLong else { continue }
            let checkpoint: CheckpointText
            do throws(LogError) {
                guard !line.isTooLong else { throw LogError(.badInput, "it is too long") }
                checkpoint = try CheckpointText(line: line.bytes)
            } catch {
                bad.append((line.number, error.description))
                continue
            }
            good += 1
            try body(checkpoint, line.number)
        }
        guard good > 0 else { throw nothing(bad) }
        for one in bad {
            log?.log(
                .warning, "Line \(one.line) of \(name) is no checkpoint (\(one.why)); it was left out.")
        }
    }

    private func nothing(_ bad: [(line: Int, why: String)]) -> Failure {
        guard let first = bad.first else {
            return .wrongCall("\(name) is empty; give what `daybook log checkpoint` printed.")
        }
        let place = bad.count > 1 ? "Line \(first.line) of \(name)" : name
        return .wrongCall("\(place) is no checkpoint (\(first.why)); give what `daybook log checkpoint` printed.")
    }
}
