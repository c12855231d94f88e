package import DaybookModel

extension Command {
    /// As little new work as there can be: what the room for new work is asked for with when nobody has brought any.
    package static let smallEnqueue = Command.enqueue(
        Box(Created(name: "job", queue: "default", attempts: 1, salt: 0, arguments: [])), onConflict: .existing)

    /// Begins something, or can be done without. On a full disk it is refused, so that what was begun before can end.
    package var isNewWork: Bool {
        switch self {
        case .enqueue, .enqueueTogether, .stage, .note, .deny: true
        case .batch(let command): if case .create = command.value { true } else { false }
        case .recurring(let command): command.value.isNewWork
        default: false
        }
    }

    /// Begins something that was not there before, or does away with something for ever: what a process does not take
    /// on that is of an older release than others on its store.
    package var isFurtherWork: Bool {
        switch self {
        case .note, .deny: false
        case .retention(let command): if case .retire = command.value { true } else { false }
        case .changeKeys, .erase: true
        default: isNewWork
        }
    }

    /// At most so many bytes of events, but for the pages around them.
    package var eventBytesMax: Int {
        switch self {
        case .enqueue(let created, _): created.value.arguments.count + created.value.metadataByteCount + 1_536
        // Each with its rows in the ledgers, since all of them count as one command.
        case .enqueueTogether(let jobs, _):
            jobs.reduce(0) { $0 + $1.value.arguments.count + $1.value.metadataByteCount + 2_048 }
        case .batch(let command):
            if case .create(let new) = command.value {
                4_096 + new.jobs.reduce(0) { $0 + $1.value.arguments.count + $1.value.metadataByteCount + 2_560 }
            } else {
                1_024
            }
        // Its names stand in the event and in a row.
        case .startProcess(let started): started.value.runs.reduce(1_024) { $0 + 2 * $1.utf8.count + 16 }
        case .finish(_, _, .succeeded(let succeeded), _): succeeded.result.count + 256
        case .finish(_, _, .failed(let failure), _): failure.value.error.utf8.count + 512
        case .recurring(let command): command.value.eventBytesMax
        case .conclude(let conclusion): conclusion.value.eventBytesMax
        case .note(let note): note.value.eventBytesMax
        case .retention(let command):
            if case .retire(let jobs, _) = command.value { 1_024 + jobs.count * 512 } else { 1_024 }
        // The row of the job's steps is written anew with each.
        case .step(let stepped, _): stepped.value.result.count + 48 << 10
        default: 1_024
        }
    }
}

extension Created {
    fileprivate var metadataByteCount: Int {
        metadata.isEmpty ? 0 : metadata.reduce(0) { $0 + $1.utf8.count + 16 }
    }
}

extension RecurringCommand {
    fileprivate var isNewWork: Bool {
        switch self {
        case .set, .fire, .make: true
        case .pause, .resume, .remove, .replan: false
        }
    }

    fileprivate var eventBytesMax: Int {
        switch self {
        case .set(let set, _, _, _): set.job.arguments.count + 8_192
        case .fire(_, let plan, let set, _, _): plan.instants.count * (set.job.arguments.count + 2_048) + 1_024
        case .make(_, _, let instants, _, let set, _, _, let reason):
            instants.count * (set.job.arguments.count + reason.utf8.count + 2_048)
        case .pause, .resume, .remove, .replan: 4_096
        }
    }
}

extension DiskReserve {
    /// Jobs that come due in a turn of their own accord are expected to be no more than this when space is asked for.
    package static let dueExpected = 32

    /// What a turn with these commands may take at worst.
    package func worstCaseBytes(of commands: [Command]) throws(LogError) -> Int {
        try worstCaseBytes(commands: commands.count, byteCount: commands.reduce(0) { $0 + $1.eventBytesMax })
    }

    /// The same for an engine's turn, which may begin so many jobs, or make them ready, `further` to its commands.
    package func worstCaseBytes(commands: Int, eventBytesMax: Int, further: Int) throws(LogError) -> Int {
        DiskReserve.worstCaseBytes(
            commands: commands, eventBytesMax: eventBytesMax, further: further, usedBytes: try usedBytes())
    }

    private static func worstCaseBytes(commands: Int, eventBytesMax: Int, further: Int, usedBytes: Int) -> Int {
        worstCaseBytes(
            commands: commands + further, byteCount: eventBytesMax + further * 256, usedBytes: usedBytes)
    }

    /// What has to be free before an engine of which no worker waits for a job takes a small one.
    static func leastForNewBytes(usedBytes: Int) -> Int {
        let one = worstCaseBytes(
            commands: 1, eventBytesMax: Command.smallEnqueue.eventBytesMax, further: dueExpected, usedBytes: usedBytes)
        return one + reserveBytes
    }
}

extension RunNote {
    fileprivate var eventBytesMax: Int {
        var count = 1_024
        if let logged { count += logged.lines.reduce(0) { $0 + $1.utf8.count + 16 } }
        if let progressed { count += progressed.text.utf8.count }
        if let reported { count += reported.counters.count + reported.statistics.count }
        return count
    }
}

extension Conclusion {
    fileprivate var eventBytesMax: Int {
        let end = Command.finish(job: 0, token: 0, outcome, actor: .system).eventBytesMax
        return note.eventBytesMax + end + Command.enqueueTogether(jobs, onConflict: .existing).eventBytesMax
    }
}
