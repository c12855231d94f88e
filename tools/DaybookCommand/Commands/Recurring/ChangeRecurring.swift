import Daybook
import DaybookLog
import DaybookModel

enum PauseRecurring {
    static let until = Option("--until", .time, "the pause ends by itself then")

    static let description = CommandDescription(
        "recurring pause", "let a recurring job fire no more; what comes meanwhile is skipped",
        positionals: [OneRecurring.idOrNone.description],
        options: [OneRecurring.group.description, until.description] + OneRecurring.changing
    ) { call, context in
        let until = try call.value(until)
        try OneRecurring.change(call, context) { id, store, actor, reason in
            let answer = try store.performRecurring { planner, log in
                try planner.pausing(id, until: until, reason: reason, by: actor, in: log)
            }
            try OneRecurring.show(id, answer, "paused", context)
        }
    }
}

enum ResumeRecurring {
    static let description = CommandDescription(
        "recurring resume", "let a paused recurring job fire again",
        positionals: [OneRecurring.idOrNone.description],
        options: [OneRecurring.group.description] + OneRecurring.changing
    ) { call, context in
        try OneRecurring.change(call, context) { id, store, actor, reason in
            let random = try store.randomNumber()
            let answer = try store.performRecurring { planner, log in
                try planner.resuming(id, reason: reason, by: actor, now: store.now, random: random, in: log)
            }
            try OneRecurring.show(id, answer, "resumed", context)
        }
    }
}

enum RemoveRecurring {
    static let description = CommandDescription(
        "recurring remove", "take a recurring job out; its history stays, and its jobs go on",
        positionals: [OneRecurring.idOrNone.description],
        options: [OneRecurring.group.description] + OneRecurring.changing
    ) { call, context in
        try OneRecurring.change(call, context) { id, store, actor, reason in
            let answer = try store.performRecurring { planner, log in
                try planner.removing(id, reason: reason, by: actor, now: store.now, in: log)
            }
            try OneRecurring.show(id, answer, "removed", context)
        }
    }
}

enum TriggerRecurring {
    static let description = CommandDescription(
        "recurring trigger", "make one of its jobs now, and say `ack JOB SEQ` once it is durable",
        positionals: [OneRecurring.idOrNone.description],
        options: [OneRecurring.group.description, ManyJobs.actor.description, ManyJobs.reason.description]
    ) { call, context in
        try OneRecurring.change(call, context) { id, store, actor, reason in
            let salt = try store.randomNumber()
            let answer = try store.performRecurring { planner, log in
                try planner.triggering(id, by: actor, now: store.now, salt: salt, reason: reason, in: log)
            }
            guard case .together(let answers) = answer else { return }
            for answer in answers { try context.output.line(EnqueueAnswer(answer).line(context)) }
        }
    }
}

enum BackfillRecurring {
    static let from = Option("--from", .time, "the first instant that counts")
    static let through = Option("--to", .time, "the last instant that counts (now)")
    static let most = Option(
        "--max", ValueKind<Int>.number(in: 1...100_000), "refuse more than so many (\(RecurringJobs.backfillMax))")
    static let dryRun = Flag("--dry-run", "only show which occurrences there are")

    static let description = CommandDescription(
        "recurring backfill", "make a job for each occurrence in a stretch of time, whether it fired then or not",
        positionals: [OneRecurring.id.description],
        options: [
            from.description, through.description, most.description, dryRun.description, ManyJobs.actor.description,
        ]
    ) { call, context in
        guard let start = try call.value(from) else {
            throw Failure.wrongCall("Say from when: --from T, such as 2026-03-01T00:00:00Z.")
        }
        let most = try call.value(most) ?? RecurringJobs.backfillMax
        try OneRecurring.change(call, context) { id, store, actor, _ in
            let end = try call.value(through) ?? store.now
            var planner = RecurringPlanner(Zones())
            let instants = try store.read {
                try planner.instantsToFill(id, from: start, through: end, max: most, now: store.now, in: $0)
            }
            guard !call.has(dryRun) else {
                return try PreviewRecurring.show(instants, try store.recurring(id), context)
            }
            for first in stride(from: 0, to: instants.count, by: RecurringPlan.instantsMax) {
                let part = Array(instants[first..<min(first + RecurringPlan.instantsMax, instants.count)])
                let salts = try part.map { _ in try store.randomNumber() }
                let answer = try store.performRecurring { planner, log in
                    try planner.making(id, part, .backfill, by: actor, salts: salts, in: log)
                }
                guard case .together(let answers) = answer else { continue }
                for answer in answers { try context.output.line(EnqueueAnswer(answer).line(context)) }
            }
        }
    }
}
