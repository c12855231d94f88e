import DaybookLog
import DaybookModel

enum RecoverCommand {
    static let source = Option("--from", .folder(), "the damaged store; it is only read")
    static let destination = Option("--to", .folder(), "the folder of the store to make: new, or without a store")
    static let handedOut = Option(
        "--handed-out", .sequence,
        "the highest number known to have been handed out, if the file has lost its end: none is handed out again")

    static let despiteFormat = Flag(
        "--despite-format",
        "take it for damage that the damaged store names a newer format, where its log cannot tell whether it is")

    static let description = CommandDescription(
        "recover", "save all that can be read of a damaged store into a new one",
        discussion: [
            "Looks at every page of the damaged file, whatever still leads to it, and keeps every event whose checksum "
                + "is right, with its number. In the place of one that is missing stands a `gap`. The ledgers are "
                + "made anew. The new store has an identity of its own, and its first event names the head of the old "
                + "log; it verifies as `good with N missing`.",
            "Archives in its folder `archive` are read too, as far as they can be, unless they are of another log: "
                + "those are left out and named.",
            "Copy the damaged folder before you do anything else with it.",
        ],
        options: [source.description, destination.description, handedOut.description, despiteFormat.description]
    ) { call, context in
        guard let source = try call.value(source), let destination = try call.value(destination) else {
            throw Failure.wrongCall("`daybook recover` needs --from DIR, the damaged store, and --to DIR, the new one.")
        }
        let interruption = Interruption()
        let progress = Progress(context.log)
        defer { progress.end() }
        let summary = try StoreFolder.recover(
            at: destination, from: source, handedOut: try call.value(handedOut) ?? 0,
            despiteFormat: call.has(despiteFormat), program: Version.program, interruption.control(progress))
        progress.end()
        CommandStore.tellOfMissingKeys(destination, context)
        try context.print { json in
            json.object { json in
                json.field("folder", destination)
                json.field("kept", summary.kept)
                json.write(summary.copy)
                json.field("oldHead", summary.oldHead?.hex)
                json.field("oldLast", summary.oldLast)
                json.field("endKnown", summary.isEndKnown)
                json.field("ambiguous", summary.ambiguous)
                json.field("interrupted", summary.interrupted)
                if let passedOver = summary.passedOverFormat {
                    json.field("passedOverFormat", passedOver.named)
                    json.field("passedOverIsProven", passedOver.isProven)
                }
                json.field("unfitting", summary.unfitting)
                json.field("recreated", summary.recreated)
                json.field("setAside", summary.setAside)
                json.field("lostJobs", summary.lost.count)
                json.field(
                    "encryptionBegunAnew", summary.encryption.map { "\($0.scope.rawValue) \($0.source.rawValue)" })
                json.field("settingsReadWhole", !summary.lostSettings.isPartial)
                json.key("settingsMissing")
                json.array { json in
                    for setting in summary.lostSettings.settings {
                        json.object { json in
                            json.field("kind", setting.kind.rawValue)
                            json.field("about", setting.about)
                        }
                    }
                }
                json.key("archives")
                json.array { json in
                    for remark in summary.archives {
                        json.object { json in
                            json.field("file", remark.name)
                            json.field("kind", remark.kind.rawValue)
                            json.field("why", remark.why)
                        }
                    }
                }
            }
        } text: {
            summary.lines(destination)
        }
    }
}

extension PassedOverFormat {
    fileprivate var sentence: String {
        let why =
            isProven
            ? "its log, which is there from the first event to the last, does not: that was taken for damage"
            : "was taken at your word that this is damage: look whether what was saved is what it was"
        return "the damaged store says that it has format \(named), and \(why)"
    }
}

extension RecoverySummary {
    fileprivate func lines(_ destination: String) -> [String] {
        var lines = [
            "kept \(kept) events, \(missing) are missing; made \(copy.sentence), in \(destination)"
        ]
        lines += archives.map { StandardError.printable($0.sentence) }
        if let passedOverFormat { lines.append(passedOverFormat.sentence) }
        if unfitting > 0 {
            lines.append(
                "\(unfitting) of the missing were found and cannot have followed what was found before them: gaps "
                    + "stand in their places")
        }
        lines += jobLines + encryptionLines + settingLines
        if let oldHead { lines.append("the old log's head at event \(oldLast) was \(oldHead.hex)") }
        if !isEndKnown {
            lines.append(
                "nothing in the damaged file says how many events were committed: the last ones found may never have "
                    + "been acknowledged, and later numbers may be handed out again (see --handed-out)")
        }
        if ambiguous > 0 {
            lines.append("\(ambiguous) events were found in two forms; the one on the more complete page was kept")
        }
        lines.append(
            "\(interrupted) jobs that seem to have been running are ready again; one whose end is missing may run twice"
        )
        return lines
    }

    /// What became of jobs whose creation is missing.
    private var jobLines: [String] {
        var lines: [String] = []
        if recreated > 0 {
            lines.append(
                "\(recreated) jobs whose creation is missing are there as the log carried them on; of "
                    + "\(recreated - setAside) it is known where they stood")
        }
        if setAside > 0 {
            lines.append(
                "\(setAside) jobs are set aside, because what became of them is missing, and nobody runs them: "
                    + "`daybook doctor` names them, `daybook jobs requeue` lets them run, `daybook jobs cancel` ends "
                    + "them")
        }
        if lost.count > 0 {
            lines.append(
                "\(lost.isAtLeast ? "at least " : "")\(lost.count) jobs are lost: what created them is missing")
        }
        return lines
    }

    private var encryptionLines: [String] {
        guard let encryption else { return [] }
        let keys =
            encryption.source == .folder
            ? "from its folder `keys`"
            : "which the program supplies; if they lay in a folder `keys`, put that into the damaged store's "
                + "folder and recover anew"
        let how = encryption.isKnown ? "" : ", as far as can be seen"
        return [
            "what says that payloads are encrypted is missing: the new store goes on encrypting them with a key for "
                + (encryption.scope == .tenant ? "each tenant" : "all") + how + ", " + keys
        ]
    }

    /// What people had set and has to be set again.
    private var settingLines: [String] {
        let settings = lostSettings.settings
        var lines = settings.prefix(Self.settingsMax).map { StandardError.printable($0.sentence) }
        if settings.count > lines.count {
            lines.append("\(settings.count - lines.count) more settings are missing: `--json` names all")
        }
        if lostSettings.isPartial {
            lines.append(
                "the ledgers of the damaged store cannot be read whole, so see for yourself what is missing of "
                    + LostSettings.all)
        }
        return lines
    }

    private static let settingsMax = 20
}
