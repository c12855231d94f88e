import DaybookLog
import DaybookModel

enum ReplayCommand {
    static let file = Positional("FILE", .file("FILE"), .optional)
    static let at = Option("--at", .point, "stop at this event or time")
    static let check = Flag("--check", "compare the live ledgers with the replay instead of printing it")
    static let rebuild = Flag("--rebuild", "put the live ledgers right where they differ; an event says so")
    static let reason = Option("--reason", .line("TEXT", bytesMax: 1_024), "why they are rebuilt; it stands in the log")
    static let canonical = StateCommand.canonical
    static let difference = Option(
        "--diff", .point, "what changed from A to B, each an event or a time, by queue, name and state",
        places: ["A", "B"])
    static let rows = Flag("--rows", "with --diff: every row of the ledgers that differs, before and after")

    static let policy = Option(
        "--with-policy", .file("FILE"), "run the recorded load again as this JSON file says, and compare how it went")
    static let seed = Option(
        "--seed", .number(in: 0...UInt64.max), "with --with-policy: what chance follows from; 1 if not given")

    static let description = CommandDescription(
        "replay", "fold the log from its first event, and print or compare the state",
        discussion: [
            "Exit code 1 means that --check or --diff found a difference. A replay of a log that others write needs "
                + "nobody to stop."
        ],
        positionals: [file.description],
        options: [
            at.description, check.description, difference.description, rows.description, rebuild.description,
            reason.description,
            canonical.description, policy.description, seed.description,
        ]
    ) { call, context in
        let ends = try call.values(difference)
        let modes = [
            call.has(check), call.has(rebuild), !ends.isEmpty, call.isGiven(at.description),
            call.isGiven(policy.description),
        ]
        guard modes.filter({ $0 }).count <= 1 else {
            throw Failure.wrongCall(
                "--at, --check, --diff, --rebuild and --with-policy exclude each other; give "
                    + "one of them.")
        }
        guard ends.count == 2 || !call.has(rows) else {
            throw Failure.wrongCall("--rows belongs to --diff; give the two points between which rows differ.")
        }
        let file = try call.value(file)
        guard !call.isGiven(seed.description) || call.isGiven(policy.description) else {
            throw Failure.wrongCall("--seed belongs to --with-policy; name the file that says what is to be otherwise.")
        }
        let whatIf = try call.value(policy).map { try ReplayWhatIf.policy($0) }
        if call.has(rebuild) {
            guard file == nil else {
                throw Failure.wrongCall("An export has no ledgers to rebuild; leave FILE or --rebuild out.")
            }
            return try ReplayRebuild.run(context, reason: try call.value(reason) ?? "")
        }
        let export = try file.map { try TemporaryStore(importing: $0, context) }
        defer { withExtendedLifetime(export) {} }
        let store = try CommandStore.reading(context, in: export?.folder)
        defer { store.close() }
        if call.has(check) { return try ReplayCheck.run(store, context) }
        if let whatIf { return try ReplayWhatIf.run(whatIf, seed: try call.value(seed) ?? 1, store, context) }
        if ends.count == 2 {
            return try ReplayDifference.run(from: ends[0], to: ends[1], everyRow: call.has(rows), store, context)
        }
        let replay = try store.replay(to: try call.value(at)?.replayPoint(context) ?? .end, context)
        context.warn(of: replay.strange)
        try context.output.write(replay.dump, totals: !call.has(canonical))
    }
}
