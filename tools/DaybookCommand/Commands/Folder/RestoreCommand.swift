import DaybookLog
import DaybookModel

enum RestoreCommand {
    static let source = Positional("FROM", .folder("FROM"))
    static let handedOut = Option(
        "--handed-out", .sequence,
        "the highest number that the lost store is known to have handed out: none up to it is handed out again")

    static let description = CommandDescription(
        "restore", "make a store of a backup",
        discussion: [
            "The folder must not hold a store yet. What happened after the backup was made is lost: the log says so in "
                + "an event, `restored`, which names the head that it goes on from and begins an epoch. What was "
                + "running is given back, and `daybook doctor` says which jobs may run twice.",
            "Numbers behind the backup's last are handed out again, for other things, unless --handed-out says how "
                + "far the lost store had come: those become `gap` events, and the store verifies as good with so "
                + "many missing.",
            "Keys that lie in the backup come with it. Those of an encrypted store that was backed up without them "
                + "have to be put into the folder `keys` before anybody can read what is in it.",
        ],
        positionals: [source.description], options: [handedOut.description]
    ) { call, context in
        guard let source = try call.value(source) else { return }
        let interruption = Interruption()
        CrashGuard.storeIsOpen(source)
        let progress = Progress(context.log)
        defer { progress.end() }
        let summary = try StoreFolder.restore(
            at: context.folder, from: source, handedOut: try call.value(handedOut) ?? 0, program: Version.program,
            interruption.control(progress))
        progress.end()
        let keys = try StoreFolder.copyKeys(from: source, to: context.folder)
        if keys == 0 { CommandStore.tellOfMissingKeys(context.folder, context) }
        try context.print { json in
            json.object { json in
                json.field("folder", context.folder)
                json.write(summary.copy)
                json.field("epoch", summary.event)
                json.field("interrupted", summary.interrupted)
                json.field("keys", keys)
            }
        } text: {
            [
                "restored \(summary.copy.sentence), in \(context.folder)",
                "event \(summary.event) begins a new epoch; \(summary.interrupted) jobs that were running are ready "
                    + "again. See `daybook doctor` for those that may run twice.",
            ]
        }
    }
}
