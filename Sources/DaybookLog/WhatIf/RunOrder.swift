internal import DaybookModel

/// In what order the runs of a recording began. Processes claim a little ahead, and so jobs that are alike may begin in
/// another order than the rules give them; of those that wait, it is the first to begin that is to run next, or others
/// would find no worker at the time at which they ended. Jobs that are alike exchange their runs for that.
struct RunOrder {
    private struct Group: Hashable {
        let queue: String
        let kind: Recording.End.Kind
    }

    private struct Entry: Hashable {
        let number: SequenceNumber
        let index: Int
    }

    private let groups: [SequenceNumber: WorkloadGroup]
    /// The runs that may come next, the first to begin first. Where jobs exchanged theirs, some are out of date.
    private var waiting: [Group: Moments] = [:]
    private var taken: Set<Entry> = []

    init(_ recording: Recording) {
        var groups: [SequenceNumber: WorkloadGroup] = [:]
        for arrival in recording.arrivals {
            let created = arrival.created.value
            groups[arrival.number] = WorkloadGroup(queue: created.queue, name: created.name)
        }
        self.groups = groups
    }

    /// A job has come, or has ended and may run again.
    mutating func add(_ number: SequenceNumber, _ index: Int, in recording: Recording) {
        guard let (group, run) = run(number, index, in: recording) else { return }
        waiting[group, default: Moments()].add(
            Moment(at: run.began, job: number, token: SequenceNumber(index)))
    }

    /// A job begins a run: the one that began first of those that wait becomes its own.
    mutating func take(_ number: SequenceNumber, _ index: Int, in recording: inout Recording) {
        guard taken.insert(Entry(number: number, index: index)).inserted,
            let (group, own) = run(number, index, in: recording)
        else { return }
        while let first = waiting[group]?.first, first.at < own.began {
            waiting[group]?.removeFirst()
            let other = Entry(number: first.job, index: Int(first.token))
            guard !taken.contains(other), var run = run(other.number, other.index, in: recording)?.run,
                run.began == first.at
            else { continue }
            guard groups[other.number] == groups[number] || RunOrder.areLike(own, run) else {
                waiting[group]?.add(first)
                return
            }
            var mine = own
            swap(&mine, &run)
            // How it came out is the job's own.
            swap(&mine.end, &run.end)
            recording.runs[number]?[index] = mine
            recording.runs[other.number]?[other.index] = run
            return add(other.number, other.index, in: recording)
        }
    }

    private func run(
        _ number: SequenceNumber, _ index: Int, in recording: Recording
    ) -> (group: Group, run: Recording.Run)? {
        guard let jobs = groups[number], let runs = recording.runs[number], index < runs.count else { return nil }
        return (Group(queue: jobs.queue, kind: runs[index].end.kind), runs[index])
    }

    /// Jobs of different names take as long as each other only by chance.
    private static func areLike(_ one: Recording.Run, _ other: Recording.Run) -> Bool {
        let (mine, others) = (one.ranMicroseconds, other.ranMicroseconds)
        return max(mine, others) <= 2 * min(mine, others) + 10_000
    }
}

extension Recording {
    fileprivate var arrivals: [Arrival] {
        inputs.compactMap { input in
            if case .enqueue(let arrival) = input.deed { arrival } else { nil }
        } + followers.values.joined()
    }
}
