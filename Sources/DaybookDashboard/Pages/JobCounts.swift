internal import Daybook
internal import DaybookLog
internal import DaybookModel

extension JobsPage {
    /// How many jobs there are in each state, and how many of the scheduled ones wait for another run.
    struct Counts {
        private var states: [JobState: UInt64] = [:]
        /// Retrying jobs are counted by looking at scheduled ones, the soonest first: of very many only at these.
        let retrying: String

        static let lookedAtMax = 1_000

        init(_ call: RouteCall) throws {
            for queue in try call.store.queues() {
                for state in JobState.allCases { states[state, default: 0] += UInt64(queue[state]) }
            }
            let (count, isCut) = try call.read { log in try Counts.retrying(in: log) }
            retrying = isCut ? Texts.atLeast(count) : Texts.number(count)
        }

        func text(_ state: JobState) -> String? { states[state].map { Texts.number($0) } }

        private static func retrying(in log: any LogSnapshot) throws -> (count: UInt64, isCut: Bool) {
            var looked = 0
            var jobs: [SequenceNumber] = []
            try RowKey.number(0).withBytes { start in
                try log.scan(.due, from: start) { key, _ in
                    let key = RowKey(key)
                    if key.isSentinel { return true }
                    looked += 1
                    if looked <= lookedAtMax { jobs.append(key.second) }
                    return looked <= lookedAtMax
                }
            }
            let count = try jobs.count(where: { try Books.storedJob($0, in: log)?.waitsFor == .retry })
            return (UInt64(count), looked > lookedAtMax)
        }
    }
}
