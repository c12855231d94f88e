import DaybookLog
import DaybookModel

enum ForkCommand {
    static let point = Option("--at", .point, "as of this event or time; now, if not given")
    static let destination = Option("--to", .folder(), "the folder of the store to make: new, or without a store")

    static let description = CommandDescription(
        "fork", "make a store of its own that begins with this one's past",
        discussion: [
            "The new store has the events up to that point, under a first event that names this store, its head there "
                + "and the last event taken over. Its identity and its chain are its own: no cursor, checkpoint or "
                + "proof of the one passes for the other's. Steps that were done, then or since, are not done again, "
                + "unique keys hold as they held, what was running is given back. This store is only read, while "
                + "others go on.",
            "A point within a commit means the commit before it. What unfinished jobs do to the world is done by both "
                + "stores, if both are worked on.",
        ],
        options: [point.description, destination.description]
    ) { call, context in
        guard let destination = try call.value(destination) else {
            throw Failure.wrongCall("`daybook fork` needs --to DIR, the folder of the store to make.")
        }
        let interruption = Interruption()
        CrashGuard.storeIsOpen(context.folder)
        let progress = Progress(context.log)
        defer { progress.end() }
        let summary = try StoreFolder.fork(
            at: destination, from: context.folder, asOf: try call.value(point)?.replayPoint(context) ?? .end,
            program: Version.program, interruption.control(progress))
        progress.end()
        CommandStore.tellOfMissingKeys(destination, context)
        let origin = summary.origin.withUnsafeBytes { Hexadecimal.text($0) }
        try context.print { json in
            json.object { json in
                json.field("folder", destination)
                json.field("origin", origin)
                json.field("cut", summary.last)
                json.field("cutHead", summary.head.hex)
                json.write(summary.copy)
                json.field("interrupted", summary.interrupted)
                json.field("laterSteps", summary.laterSteps)
                json.field("closedSteps", summary.closedSteps)
            }
        } text: {
            let later =
                summary.laterSteps == 0
                ? []
                : ["\(summary.laterSteps) steps that were done since have their results and are not done again"]
            let closed =
                summary.closedSteps == 0
                ? [] : ["\(summary.closedSteps) steps that were done since are encrypted and would be done again"]
            return [
                "forked \(origin) behind event \(summary.last), head \(summary.head.hex)",
                "made \(summary.copy.sentence), in \(destination); \(summary.interrupted) jobs that were running are "
                    + "ready again",
            ] + later + closed
        }
    }
}
