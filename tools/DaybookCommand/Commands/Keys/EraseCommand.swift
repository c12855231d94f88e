import DaybookLog
import DaybookModel

/// Destroys what a tenant ever put in.
enum EraseCommand {
    static let tenant = Option("--tenant", .name("T"), "whose keys are destroyed")
    static let despiteHolds = Flag("--despite-holds", "even if a legal hold is on the tenant or on a job of his")

    static let description = CommandDescription(
        "erase", "destroy a tenant's keys: nothing that was encrypted with them can be read any more",
        discussion: [
            "In the log, its archives, copies and views the tenant's arguments, results, errors, log lines and "
                + "metadata become noise; names, queues, tags, counts and the chain stay, and the log still verifies. "
                + "What runs that have begun still write is dropped. Jobs of the tenant that have not run are set "
                + "aside when they are claimed, and his recurring jobs are paused.",
            "It cannot be undone. Copies of `keys` and bundles that you have made are yours to destroy. Stopped in "
                + "between, it is finished by running it again.",
        ],
        options: [tenant.description, despiteHolds.description] + KeysCommands.options
    ) { call, context in
        guard let tenant = try call.value(tenant) else {
            throw Failure.wrongCall("Say whose keys are to be destroyed: --tenant T.")
        }
        let store = try CommandStore.changing(context)
        defer { store.close() }
        let erasure = try store.erase(
            tenant, despiteHolds: call.has(despiteHolds), by: store.person(named: try call.value(ManyJobs.actor)),
            reason: try call.value(ManyJobs.reason) ?? "")
        try context.print { json in
            json.object { json in
                json.field("tenant", tenant)
                json.field("event", erasure.event)
                json.field("keys", erasure.keys)
                json.field("earlier", erasure.earlier)
                json.field("finishing", erasure.isFinishing)
                json.field("paused", erasure.paused)
                json.field("unsure", erasure.unsure)
            }
        } text: {
            erasure.lines
        }
    }
}

extension Erasure {
    fileprivate var lines: [String] {
        let destroyed = "destroyed \(keys) \(keys == 1 ? "key" : "keys") of \(tenant)"
        let closed = "what belongs to his jobs from before event \(event) stays closed"
        let first =
            switch (earlier, keys) {
            case (let earlier?, _) where isFinishing: "finished what event \(earlier) had begun: \(destroyed)"
            case (let earlier?, 0): "\(tenant) was erased by event \(earlier) and had no key since; \(closed)"
            case (nil, 0): "there was no key of \(tenant) here; \(closed)"
            default: destroyed
            }
        return [first] + paused.map { "paused the recurring job \($0): what it is to do was erased" }
            + unsure.map { "look at this yourself: \($0)" }
    }
}
