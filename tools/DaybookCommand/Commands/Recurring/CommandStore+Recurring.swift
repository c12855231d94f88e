import Daybook
import DaybookLog
import DaybookModel

extension CommandStore {
    /// Makes a command about a recurring job on what the ledgers say, and performs it; made anew if somebody was
    /// faster.
    func performRecurring(
        _ make: (inout RecurringPlanner, any LogSnapshot) throws -> RecurringCommand
    ) throws -> Answer {
        var planner = RecurringPlanner(Zones())
        while true {
            let command = try read { try make(&planner, $0) }
            let answer = try perform([.recurring(Box(command))])[0]
            guard case .refused(let refusal) = answer else { return answer }
            guard refusal.code == .changedMeanwhile else { throw refusal }
        }
    }

    func recurring(_ id: String) throws -> RecurringStatus {
        var planner = RecurringPlanner(Zones())
        guard let status = try read({ try RecurringStatus.one(id, &planner, in: $0) }) else {
            throw Failure.no(
                "There is no recurring job \(quoted(id)); `daybook recurring list` shows those that there are.")
        }
        return status
    }
}

/// What the commands on one recurring job have in common.
enum OneRecurring {
    static let id = Positional("ID", .name("ID"))
    static let changing = [ManyJobs.actor.description, ManyJobs.reason.description]

    static let idOrNone = Positional("ID", .name("ID"), .optional)
    static let group = Option("--group", .name("GROUP"), "all triggers of this scheduled job instead of one ID")

    /// The id, the open store, who wants it and why. With a group the same for each of its triggers: those to which it
    /// does not apply are left as they are, unless it applies to none.
    static func change(
        _ call: Invocation, _ context: CommandContext,
        _ body: (String, CommandStore, Actor, _ reason: String) throws -> Void
    ) throws {
        let (id, group) = (try call.value(idOrNone), try call.value(group))
        guard (id == nil) != (group == nil) else {
            throw Failure.wrongCall("Say which: an ID, or --group GROUP for all triggers of a scheduled job.")
        }
        let store = try CommandStore.changing(context)
        defer { store.close() }
        let actor = store.person(named: try call.value(ManyJobs.actor))
        let reason = try call.value(ManyJobs.reason) ?? ""
        if let id { try body(id, store, actor, reason) }
        guard let group else { return }
        var (done, refused) = (0, Refusal?.none)
        for id in try store.read({ try RecurringBook.triggers(of: group, in: $0) }) {
            do {
                try body(id, store, actor, reason)
                done += 1
            } catch let refusal as Refusal where refusal.isOfOneTrigger {
                refused = refusal
            }
        }
        if done == 0, let refused { throw refused }
    }

    static func show(_ id: String, _ answer: Answer, _ text: String, _ context: CommandContext) throws {
        try context.print { json in
            json.object { json in
                json.field("recurring", id)
                if case .done(let event) = answer { json.field("seq", event) }
            }
        } text: {
            ["\(text) \(id)"]
        }
    }
}
