import DaybookLog
import DaybookModel
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

enum TailLog {
    static let follow = Flag("--follow", "go on with every event that comes, until SIGINT or SIGTERM")
    static let job = Option("--job", .job, "only events of this job")
    static let queue = Option("--queue", .name("Q"), "only events of this queue and of its jobs")
    static let kind = Option("--kind", .eventKind, "only events of this kind, such as succeeded")
    static let count = Option("--count", ValueKind<Int>.number(in: 0...100_000), "how many to begin with (20)")

    static let description = CommandDescription(
        "log tail", "the newest events",
        discussion: ["With --json, the lines that `log export` has, without fields that a job's type calls secret."],
        options: [follow.description, job.description, queue.description, kind.description, count.description]
    ) { call, context in
        if call.has(follow) { StopSignals.hold() }
        let store = try CommandStore.reading(context)
        defer { store.close() }
        let filter = EventFilter(
            job: try call.value(job)?.rawValue, queue: try call.value(queue), kind: try call.value(kind))
        var reader = EventReader(store, filter)
        var printer = EventPrinter(store, context)
        let progress = Progress(context.log)
        var last = try store.read { try $0.last }
        try printer.print(try reader.newest(try call.value(count) ?? 20, upTo: last, progress))
        progress.end()
        if call.has(follow) { try goOn(from: &last, store, &reader, &printer) }
    }

    /// Shows what comes until somebody asks to stop, or nobody reads any more.
    private static func goOn(
        from last: inout SequenceNumber, _ store: CommandStore, _ reader: inout EventReader,
        _ printer: inout EventPrinter
    ) throws {
        let stop = StopRequest()
        StopSignals(patience: WallDuration(microseconds: 2_000_000), onFirst: { stop.request() }, onLast: { _exit(0) })
            .start()
        while !stop.isRequested {
            let commits = store.commits
            let (found, latest) = try reader.next(after: last)
            try printer.print(found)
            guard latest == last else {
                last = latest
                continue
            }
            if Descriptor.waitUntilUnread(STDOUT_FILENO, milliseconds: 0) { return }
            // The wait has an end because signals are taken by another thread.
            store.waitForCommit(after: commits, milliseconds: 200)
        }
    }
}

/// Asked for by one thread, looked at by another.
private final class StopRequest: Sendable {
    private let flag = Atomic<Bool>(false)

    var isRequested: Bool { flag.load(ordering: .acquiring) }

    func request() { flag.store(true, ordering: .releasing) }
}
