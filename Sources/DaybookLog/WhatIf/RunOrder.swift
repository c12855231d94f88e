internal import DaybookModel

/// In what order the runs of a recording began. Processes claim a little ahead, and so jobs that are alike may begin in
/// another order than the rules give them; of those that wait, it is the first to begin that is to run next, or others
/// would find no worker at the time at which they ended. Jobs that are alike exchange their runs for that; one that the
/// recording left waiting takes the run of one that it did not.
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
    /// The last runs of jobs on which no others hang, by queue and name; where every job had its run, none.
    private var lastRuns: [WorkloadGroup: Moments] = [:]
    private let leavesJobsWaiting: Bool
    /// Jobs of which others wait for what they come to.
    private let awaited: Set<SequenceNumber>

    init(_ recording: Recording) {
        var groups: [SequenceNumber: WorkloadGroup] = [:]
        var awaited: Set<SequenceNumber> = Set(recording.followers.keys)
        var leavesJobsWaiting = false
        for arrival in recording.arrivals {
            let created = arrival.created.value
            groups[arrival.number] = WorkloadGroup(queue: created.queue, name: created.name)
            if created.batch != 0 { awaited.insert(arrival.number) }
            for case .job(let parent) in created.after.map(\.parent) { awaited.insert(parent) }
            leavesJobsWaiting = leavesJobsWaiting || recording.runs[arrival.number] == nil
        }
        self.groups = groups
        self.awaited = awaited
        self.leavesJobsWaiting = leavesJobsWaiting
    }

    /// A job has come, or has ended and may run again.
    mutating func add(_ number: SequenceNumber, _ index: Int, in recording: Recording) {
        guard let (group, run) = run(number, index, in: recording) else { return }
        let moment = Moment(at: run.began, job: number, token: SequenceNumber(index))
        waiting[group, default: Moments()].add(moment)
        guard leavesJobsWaiting, let jobs = groups[number], isLast(number, index, in: recording) else { return }
        lastRuns[jobs, default: Moments()].add(moment)
    }

    /// A job begins a run: the one that began first of those that wait becomes its own.
    mutating func take(_ number: SequenceNumber, _ index: Int, in recording: inout Recording) {
        guard taken.insert(Entry(number: number, index: index)).inserted else { return }
        guard let (group, own) = run(number, index, in: recording) else {
            return takeOver(number, index, in: &recording)
        }
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

    /// A job begins a run that it did not have: it takes that of another which waits, and that one has none then.
    private mutating func takeOver(_ number: SequenceNumber, _ index: Int, in recording: inout Recording) {
        guard let jobs = groups[number], recording.runs[number]?.count ?? 0 == index else { return }
        while let first = lastRuns[jobs]?.first {
            lastRuns[jobs]?.removeFirst()
            let other = Entry(number: first.job, index: Int(first.token))
            guard !taken.contains(other), isLast(other.number, other.index, in: recording),
                let run = recording.runs[other.number]?.last, run.began == first.at
            else { continue }
            recording.runs[other.number]?.removeLast()
            recording.runs[number, default: []].append(run)
            return
        }
    }

    /// Whether nothing came after that run, neither of the job itself nor of others.
    private func isLast(_ number: SequenceNumber, _ index: Int, in recording: Recording) -> Bool {
        recording.runs[number].map { $0.count == index + 1 } == true && !awaited.contains(number)
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
