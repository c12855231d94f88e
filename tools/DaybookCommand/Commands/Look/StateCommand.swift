import DaybookLog

enum StateCommand {
    static let at = Option("--at", .point, "as of this event or time, by a replay; else as it is now")
    static let canonical = Flag("--canonical", "the same bytes for the same state everywhere: no counts for people")

    static let description = CommandDescription(
        "state", "the ledgers as JSON Lines",
        discussion: [
            "The first line names the head of the log. With --canonical what a live store and a replay to the same "
                + "head print is identical to the byte; without it a second line counts jobs by queue and state."
        ],
        options: [at.description, canonical.description]
    ) { call, context in
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let totals = !call.has(canonical)
        // Ledgers of another release are not read but made from the log, which is.
        if let point = try call.value(at)?.replayPoint(context) ?? (store.ledgersProblem == nil ? nil : .end) {
            let replay = try store.replay(to: point, context)
            context.warn(of: replay.strange)
            try context.output.write(replay.dump, totals: totals)
        } else {
            context.warn(of: try store.stranger())
            let spool = Spool()
            try store.read { snapshot in
                try LedgerDump(live: snapshot).write(totals: totals) { try spool.write($0) }
            }
            try spool.print(to: context.output)
        }
    }
}

extension LogPoint {
    /// Says so where an instant is still to come.
    func replayPoint(_ context: CommandContext) -> ReplayPoint {
        switch self {
        case .sequence(let sequence): return .sequence(sequence)
        case .time(let instant):
            if instant > WallClock.now() {
                context.log.log(.warning, "\(instant) has not come yet: what is shown is the end of the log.")
            }
            return .instant(instant)
        }
    }
}

extension CommandContext {
    /// Says beside a state that it may be less than the whole.
    func warn(of strange: StrangeEvent?) {
        if let strange { log.log(.warning, strange.sentence) }
    }
}

extension StandardOutput {
    func write(_ dump: LedgerDump, totals: Bool) throws {
        try dump.write(totals: totals) { try write($0) }
    }
}
