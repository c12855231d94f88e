import DaybookLog
import DaybookModel

enum RestoreCommand {
    static let source = Positional("FROM", .folder("FROM"))
    static let handedOut = Option(
        "--handed-out", .sequence,
        "the highest number that the lost store is known to have handed out: none up to it is handed out again")
    static let lost = Option(
        "--lost", .folder(), "what is left of the lost store: it tells how far it had come; it is only read")

    static let description = CommandDescription(
        "restore", "make a store of a backup",
        discussion: [
            "The folder must not hold a store yet. What happened after the backup was made is lost: the log says so in "
                + "an event, `restored`, which names the head that it goes on from and begins an epoch. What was "
                + "running is given back, and `daybook doctor` says which jobs may run twice.",
            "Numbers behind the backup's last may have been handed out by the lost store. They are left out, as `gap` "
                + "events, and the store verifies as good with so many missing: as many as --handed-out or --lost say, "
                + "or else twice as many as were written in as much time before the backup as has passed since, 1,024 "
                + "to 1,048,576. Where that is not enough, a number that somebody holds may come to name another job.",
            "Its archives are copied, too, and must be what was archived; --allow-missing leaves out those that are "
                + "not there or not whole, and names them.",
            "Keys that lie in the backup come with it. Those of an encrypted store that was backed up without them "
                + "have to be put into the folder `keys` before anybody can read what is in it.",
        ],
        positionals: [source.description],
        options: [handedOut.description, lost.description, BackupCommand.allowMissing.description]
    ) { call, context in
        guard let source = try call.value(source) else { return }
        let interruption = Interruption()
        CrashGuard.storeIsOpen(source)
        let progress = Progress(context.log)
        defer { progress.end() }
        let summary = try StoreFolder.restore(
            at: context.folder, from: source, handedOut: try call.value(handedOut), lost: try call.value(lost),
            mayLackArchives: call.has(BackupCommand.allowMissing), program: Version.program,
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
                json.field("leftOutFrom", summary.leftOut?.lowerBound)
                json.field("leftOutThrough", summary.leftOut?.upperBound)
                json.field("leftOutKnown", summary.isEndKnown)
                json.field("keys", keys)
            }
        } text: {
            [
                "restored \(summary.copy.sentence), in \(context.folder)",
                "event \(summary.event) begins a new epoch; \(summary.interrupted) jobs that were running are ready "
                    + "again. See `daybook doctor` for those that may run twice.",
                summary.numbers,
            ] + summary.copy.archiveLines
        }
    }
}

extension RestoreSummary {
    fileprivate var numbers: String {
        guard let leftOut else {
            return "numbers go on where the backup ends: the lost store is said to have handed out none behind it"
        }
        let range = "numbers \(leftOut.lowerBound) to \(leftOut.upperBound) are left out"
        guard !isEndKnown else { return "\(range): the lost store may have handed them out" }
        return "\(range), since nobody knows how many the lost store handed out behind the backup. If it had come "
            + "further, numbers that people hold will name other jobs: then restore anew, with --handed-out or --lost"
    }
}
