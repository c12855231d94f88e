import DaybookLog
import DaybookModel

enum ReplayCommand {
    static let at = Option("--at", .point, "stop at this event or time")
    static let check = Flag("--check", "compare the live ledgers with the replay instead of printing it")
    static let canonical = StateCommand.canonical
    static let difference = Option(
        "--diff", .point, "what changed in the ledgers from A to B, each an event or a time", places: ["A", "B"])

    static let description = CommandDescription(
        "replay", "fold the log from its first event, and print or compare the state",
        discussion: [
            "Exit code 1 means that --check or --diff found a difference. A replay of a log that others write needs "
                + "nobody to stop."
        ],
        options: [at.description, check.description, difference.description, canonical.description]
    ) { call, context in
        let ends = try call.values(difference)
        guard [call.has(check), !ends.isEmpty, call.isGiven(at.description)].filter({ $0 }).count <= 1 else {
            throw Failure.wrongCall("--at, --check and --diff exclude each other; give one of them.")
        }
        let store = try CommandStore.reading(context)
        defer { store.close() }
        if call.has(check) { return try ReplayCheck.run(store, context) }
        if ends.count == 2 { return try ReplayDifference.run(from: ends[0], to: ends[1], store, context) }
        let replay = try store.replay(to: try call.value(at)?.replayPoint ?? .end, context)
        try context.output.write(replay.dump, totals: !call.has(canonical))
    }
}
