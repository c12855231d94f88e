internal import DaybookModel

/// Jobs that something is known of and that are not there: what created them is missing, and nothing carried them on.
package struct LostJobs: Equatable, Sendable {
    private var jobs: Set<SequenceNumber> = []
    /// There are more than are remembered.
    package private(set) var isAtLeast = false

    private static let countMax = 1_000_000

    package var count: UInt64 { UInt64(jobs.count) }

    mutating func note(_ job: SequenceNumber) {
        guard jobs.count < LostJobs.countMax else {
            isAtLeast = isAtLeast || !jobs.contains(job)
            return
        }
        jobs.insert(job)
    }

    mutating func forget(_ job: SequenceNumber) { jobs.remove(job) }
}
