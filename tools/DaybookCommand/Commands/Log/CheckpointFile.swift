import DaybookLog

/// What `daybook log checkpoint` printed, a line a checkpoint, read back.
enum CheckpointFile {
    private static let bytesMax = 16 << 20

    static func read(_ path: String) throws(Failure) -> [CheckpointText] {
        let lines = try Files.contents(path, bytesMax: bytesMax).split(separator: UInt8(ascii: "\n"))
        var checkpoints: [CheckpointText] = []
        for (index, line) in lines.enumerated() {
            do throws(LogError) {
                checkpoints.append(try CheckpointText(line: Array(line)))
            } catch {
                let place = lines.count > 1 ? "Line \(index + 1) of \(Files.name(path))" : Files.name(path)
                throw .wrongCall(
                    "\(place) is no checkpoint (\(error.description)); give what `daybook log checkpoint` printed.")
            }
        }
        guard !checkpoints.isEmpty else {
            throw .wrongCall("\(Files.name(path)) is empty; give what `daybook log checkpoint` printed.")
        }
        return checkpoints
    }

    /// Refuses checkpoints that are not signed by the key in `keyPath`. Without a key, says which were not looked at.
    static func checkSignatures(
        of checkpoints: [CheckpointText], in path: String, keyPath: String?, _ context: CommandContext
    ) throws {
        guard let keyPath else {
            if checkpoints.contains(where: \.isSigned) {
                context.log.log(
                    .warning,
                    "The signatures in \(Files.name(path)) were not checked; give the key of whoever signed with "
                        + "--public-key.")
            }
            return
        }
        let key = try CheckpointCheckKey.file(keyPath)
        for (index, checkpoint) in checkpoints.enumerated() {
            guard let objection = checkpoint.objection(by: key) else { continue }
            throw Failure.no(
                "Checkpoint \(index + 1) of \(Files.name(path)) \(objection): it may be anybody's, so it proves "
                    + "nothing. Ask whoever keeps it for another copy, or for the right key.")
        }
    }
}
