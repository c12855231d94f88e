import DaybookLog
import DaybookModel

enum BackupCommand {
    static let destination = Positional("DEST", .folder("DEST"))
    static let allowMissing = Flag(
        "--allow-missing", "go on without archives that are missing or damaged, and name them")

    static let withKeys = Flag(
        "--with-keys", "take the keys of an encrypted store along; who has the backup can then read everything")

    static let description = CommandDescription(
        "backup", "copy the whole store while others go on writing",
        discussion: [
            "DEST is a folder that is new or empty. It becomes a complete store with the same identity, as of one "
                + "commit, and is verified before it gets its name: whatever stops the backup, there is no half one. "
                + "Until then it is called DEST.unfinished.",
            "Archives of the log are copied, too, and held against what was archived. One that is missing or damaged "
                + "ends the backup, unless --allow-missing says that it may do without.",
            "The followers' views are left out: they are made anew from the log. `daybook restore` makes a store of "
                + "a backup.",
            "The keys of an encrypted store are left out, so that a backup alone gives nothing away, and nobody can "
                + "read it without them. With --with-keys they lie in it, open to whoever has it: such a backup is to "
                + "be kept like the keys themselves, and it still has the key of a tenant who is erased later.",
        ],
        positionals: [destination.description], options: [withKeys.description, allowMissing.description]
    ) { call, context in
        guard let destination = try call.value(destination) else { return }
        let interruption = Interruption()
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let progress = Progress(context.log)
        defer { progress.end() }
        let withKeys = call.has(withKeys)
        let summary = try store.backUp(
            to: destination, withKeys: withKeys, mayLackArchives: call.has(allowMissing),
            interruption.control(progress))
        progress.end()
        if withKeys {
            context.log.log(.warning, "\(destination) has the keys in it: whoever has it can read everything.")
        }
        try context.print { json in
            json.object { json in
                json.field("folder", destination)
                json.field("keys", withKeys)
                json.write(summary)
            }
        } text: {
            ["backed up \(summary.sentence), in \(destination)"] + summary.archiveLines
        }
    }
}

extension JSONWriter {
    mutating func write(_ summary: CopySummary) {
        field("identity", summary.identity.withUnsafeBytes { Hexadecimal.text($0) })
        field("last", summary.last)
        field("head", summary.head.hex)
        field("jobs", summary.jobs)
        field("missing", summary.gaps)
        field("bytes", summary.byteCount)
        field("archivesLeftOut", summary.archivesLeftOut)
    }
}

extension CopySummary {
    /// What it lacks of the log's archives.
    var archiveLines: [String] { archivesLeftOut.map { StandardError.printable("without an archive: \($0)") } }

    var sentence: String {
        let identity = identity.withUnsafeBytes { Hexadecimal.text($0) }
        let missing = gaps == 0 ? "" : ", \(gaps) of them missing"
        return
            "store \(identity), verified: \(last) events\(missing), \(jobs) jobs, \(ByteCount.text(byteCount)), head "
            + "\(head.hex)"
    }
}
