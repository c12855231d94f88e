import DaybookLog
import DaybookModel

enum CheckpointLog {
    static let key = Option(
        "--key", .file(), "sign with this key: Ed25519 in PEM (`openssl genpkey -algorithm ed25519`), or hex for HMAC")
    static let out = Option(
        "--out", .file(),
        "add it to this file, which lies outside the store, instead of "
            + "printing it")

    static let description = CommandDescription(
        "log checkpoint", "how far the log has come, in a line of JSON to keep elsewhere",
        discussion: [
            "Against a checkpoint that was kept where the store's users cannot write, a log that was cut off, put back "
                + "from an older copy or rewritten shows: `daybook log verify --checkpoint FILE`."
        ],
        options: [key.description, out.description]
    ) { call, context in
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let signer = try call.value(key).map { try CheckpointKey.file($0) }
        let checkpoint = try store.checkpoint(signedBy: signer)
        try OutsideFile.write(checkpoint.line, to: try call.value(out), store, context)
    }
}

/// Where checkpoints and proofs go: what lies in the store's own folder is lost or rewritten with it.
enum OutsideFile {
    static func write(
        _ line: [UInt8], to path: String?, _ store: CommandStore, _ context: CommandContext
    ) throws {
        guard let path else { return try context.output.line(line) }
        try OutsideFolder.require(path, of: store.path, why: "proves nothing")
        try LooseFile.append(line: line, to: path)
    }
}
