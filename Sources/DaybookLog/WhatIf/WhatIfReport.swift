public import DaybookModel

/// How a log's load was worked off, and how it would have been under another policy.
public struct WhatIfReport: Sendable, Equatable {
    /// How the jobs of one queue and name fared.
    public struct Measures: Sendable, Equatable {
        /// Jobs that came.
        public var jobs = 0
        /// Runs that came to an end.
        public var runs = 0
        /// Of those, the ones that failed.
        public var failedRuns = 0
        /// Jobs that succeeded.
        public var succeeded = 0
        /// Jobs that failed for good.
        public var failed = 0
        /// Jobs that were cancelled.
        public var cancelled = 0
        /// Jobs that had not come to an end when the recording did.
        public var unfinished = 0
        /// From becoming ready to the beginning of a run, in microseconds: half waited no longer.
        public var waitHalf: Int64 = 0
        /// Nine of ten waited no longer.
        public var wait90: Int64 = 0
        /// 99 of a hundred waited no longer.
        public var wait99: Int64 = 0
        /// Nobody waited longer.
        public var waitMost: Int64 = 0
        /// From the first arrival to the last end, in microseconds.
        public var took: Int64 = 0
        /// Successes an hour in that time, in thousandths.
        public var succeededPerHourThousandths: Int64 = 0

        /// Nothing has happened.
        public init() {}
    }

    /// One queue and name.
    public struct Row: Sendable, Equatable {
        /// Nil for all queues together.
        public let queue: String?
        /// Nil for all names together.
        public let name: String?
        /// As the log tells it.
        public let recorded: Measures
        /// As it would have been.
        public let simulated: Measures
    }

    /// The log's last event.
    public let last: SequenceNumber
    /// When the recording begins and ends. The simulation ends at the same moment.
    public let from: Instant
    /// When the recording ends.
    public let to: Instant
    /// What chance followed from.
    public let seed: UInt64
    /// Runs that were never recorded, and so were drawn from those of the same name.
    public let drawnRuns: Int
    /// Jobs that the rules refused this time, such as those whose batch was no longer open.
    public let refused: Int
    /// By queue and name; first all together.
    public let rows: [Row]
}

extension WhatIfReport {
    /// Runs a log's load again under another policy. Nobody has to stop for it, and nothing is written to the log.
    package init(
        of storage: any LogStorage, _ policy: WhatIf, seed: UInt64,
        progress: (_ what: String, _ position: UInt64, _ total: UInt64) -> Void = { _, _, _ in }
    ) throws {
        var (recording, recorded, last) = try Recording.read(from: storage, progress: progress)
        // What happens to a job takes about as much as it took before.
        let byteCount = Int(clamping: last) * 200
        try recording.measure(on: ScratchLog(expecting: byteCount)) {
            progress("measuring the recording", UInt64($0), UInt64($1))
        }
        let scratch = try ScratchLog(expecting: byteCount)
        let player = RecordingPlayer(recording, policy, seed: seed, on: scratch.storage)
        try player.play { progress("running it again", UInt64($0), UInt64($1)) }
        let simulated = WorkloadReader()
        _ = try scratch.storage.forEachEvent { sequence, value, _ in try simulated.read(value, at: sequence) }
        self.init(
            last: last, from: recording.first ?? .epoch, to: recording.last, seed: seed, drawnRuns: player.drawn,
            refused: player.refused, rows: Row.all(recorded, simulated.tallies))
    }
}

extension Recording {
    /// The recording, and how its load was worked off; what was needed to read them is not kept.
    fileprivate static func read(
        from storage: any LogStorage, progress: (_ what: String, _ position: UInt64, _ total: UInt64) -> Void
    ) throws -> (Recording, [WorkloadGroup: WorkloadTally], last: SequenceNumber) {
        let workload = WorkloadReader()
        var reader = RecordingReader()
        let last = try storage.forEachEvent { sequence, value, end in
            if sequence % 10_000 == 1 { progress("reading the recording", sequence, end) }
            try workload.read(value, at: sequence)
            try reader.read(try Event(value, at: sequence, withPayload: false), at: sequence, workload)
        }
        return (try reader.finish(workload), workload.tallies, last)
    }
}

extension WhatIfReport.Row {
    fileprivate static func all(
        _ recorded: [WorkloadGroup: WorkloadTally], _ simulated: [WorkloadGroup: WorkloadTally]
    ) -> [WhatIfReport.Row] {
        let groups = Set(recorded.keys).union(simulated.keys).sorted()
        func sum(_ tallies: [WorkloadGroup: WorkloadTally]) -> WhatIfReport.Measures {
            var all = WorkloadTally()
            for group in groups { all.add(tallies[group] ?? WorkloadTally()) }
            return WhatIfReport.Measures(all)
        }
        let total = WhatIfReport.Row(queue: nil, name: nil, recorded: sum(recorded), simulated: sum(simulated))
        return [total]
            + groups.map { group in
                WhatIfReport.Row(
                    queue: group.queue, name: group.name, recorded: .init(recorded[group] ?? WorkloadTally()),
                    simulated: .init(simulated[group] ?? WorkloadTally()))
            }
    }
}

extension WhatIfReport.Measures {
    init(_ tally: WorkloadTally) {
        jobs = tally.arrived
        runs = tally.runs
        failedRuns = tally.failedRuns
        succeeded = tally.count(.succeeded)
        failed = tally.count(.failed)
        cancelled = tally.count(.cancelled)
        unfinished = jobs - succeeded - failed - cancelled
        let waits = tally.waits.sorted()
        func percentile(_ percent: Int) -> Int64 {
            waits.isEmpty ? 0 : waits[min(waits.count - 1, (waits.count * percent + 99) / 100 - 1)]
        }
        waitHalf = percentile(50)
        wait90 = percentile(90)
        wait99 = percentile(99)
        waitMost = waits.last ?? 0
        guard let first = tally.first, let last = tally.last else { return }
        took = max(0, last.microseconds - first.microseconds)
        guard took > 0 else { return }
        let product = Int128(succeeded) * 3_600_000_000 * 1_000 / Int128(took)
        succeededPerHourThousandths = Int64(clamping: product)
    }
}

extension LogStorage {
    /// Goes through all events that there are now, in snapshots short enough to be in nobody's way. Answers the last.
    fileprivate func forEachEvent(
        _ body: (SequenceNumber, UnsafeRawBufferPointer, _ end: SequenceNumber) throws -> Void
    ) throws -> SequenceNumber {
        let end = try read { try $0.last }
        var next: SequenceNumber = 1
        while next <= end {
            let stretchEnd = min(end, next + 65_535)
            try read { log in
                try log.events(from: next) { sequence, value in
                    guard sequence <= stretchEnd else { return false }
                    guard sequence == next, EventChecksum.matches(value, at: sequence) else {
                        throw LogError(
                            .damaged, "Event \(next) is damaged or missing; run `daybook log verify`.", at: next)
                    }
                    try body(sequence, value, end)
                    next += 1
                    return true
                }
            }
            guard next > stretchEnd else {
                throw LogError(.damaged, "Event \(next) is missing; run `daybook log verify`.", at: next)
            }
        }
        return end
    }
}
