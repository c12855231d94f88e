import DaybookLog
import DaybookModel

enum UpgradeCommand {
    static let dryRun = Flag("--dry-run", "say what would be done, and do nothing")
    static let reason = Option("--reason", .line("TEXT", bytesMax: 1_024), "why; it stands in the log")

    static let description = CommandDescription(
        "upgrade", "bring the store into the form that this release writes",
        discussion: [
            "Makes the ledgers anew from the log, beside those in use, and puts them in force in one commit, which "
                + "says "
                + "so in an event. The log stays as it is. Interrupted anywhere, the store is as it was, and the next "
                + "attempt begins again. It needs room for a second set of ledgers.",
            "Refused while a process has the store open, which would go on in the old form. Behind it only this "
                + "release and newer ones can write to the store: keep a backup if you may have to go back.",
        ],
        options: [dryRun.description, reason.description]
    ) { call, context in
        CrashGuard.storeIsOpen(context.folder)
        let plan = try StoreFolder.upgradePlan(context.folder, program: Version.program)
        if call.has(dryRun) { return try show(plan, context) }
        let interruption = Interruption()
        let progress = Progress(context.log)
        defer { progress.end() }
        let host = try HostFacts.real()
        let actor = Actor.person(host.user, client: "\(host.user)@\(host.host) \(Version.program)")
        let summary = try StoreFolder.upgrade(
            context.folder, program: Version.program, by: actor, reason: try call.value(reason) ?? "",
            interruption.control(progress))
        progress.end()
        try context.print { json in
            json.object { json in
                json.field("folder", context.folder)
                write(summary.from, summary.to, to: &json)
                json.field("rows", summary.rows)
                json.field("event", summary.event)
            }
        } text: {
            guard let event = summary.event else { return ["nothing to do: the store has \(summary.to.text)"] }
            return [
                "upgraded from \(summary.from.text) to \(summary.to.text): \(summary.rows) rows of the ledgers "
                    + "were made; "
                    + "event \(event) says so"
            ]
        }
    }

    private static func show(_ plan: UpgradePlan, _ context: CommandContext) throws {
        let obstacle = plan.obstacle(context.folder)
        try context.print { json in
            json.object { json in
                json.field("folder", context.folder)
                write(plan.from, plan.to, to: &json)
                json.field("needed", plan.isNeeded)
                json.field("missing", plan.missing)
                json.field("events", plan.last)
                json.field("obstacle", obstacle?.description)
            }
        } text: {
            guard plan.isNeeded else { return ["nothing to do: the store has \(plan.to.text)"] }
            let lacks = plan.missing.isEmpty ? "" : " It lacks \(plan.missing.joined(separator: ", "))."
            return [
                "would upgrade from \(plan.from.text) to \(plan.to.text), and make the ledgers from \(plan.last) "
                    + "events."
                    + lacks
            ]
        }
        if let obstacle { throw obstacle }
    }

    private static func write(_ from: StoreVersions, _ to: StoreVersions, to json: inout JSONWriter) {
        json.field("fromFormat", from.format)
        json.field("fromLedgers", from.ledgers)
        json.field("toFormat", to.format)
        json.field("toLedgers", to.ledgers)
    }
}
