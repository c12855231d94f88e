package import DaybookModel

/// How far a batch is, and which of the batches inside it keep it from its end.
package struct BatchProgress {
    package let number: SequenceNumber
    package let record: BatchRecord
    /// The first batch inside it that goes on, the first inside that one, and so on.
    package let unfinished: [(number: SequenceNumber, record: BatchRecord)]

    /// Among more batches than this nobody looks for one that goes on.
    private static let innerMax = 1_000

    /// Nil if there is no such batch.
    package init?(_ number: SequenceNumber, in log: any Ledgers) throws {
        guard let record = try BatchRecord.of(number, in: log) else { return nil }
        self.number = number
        self.record = record
        var unfinished: [(number: SequenceNumber, record: BatchRecord)] = []
        while unfinished.count < BatchRecord.depthMax {
            let around = unfinished.last ?? (number, record)
            guard !around.record.standing.isEnded,
                let inner = try BatchRecord.inner(of: around.number, limit: BatchProgress.innerMax, in: log)
                    .first(where: { !$0.record.standing.isEnded })
            else { break }
            unfinished.append(inner)
        }
        self.unfinished = unfinished
    }

    /// What those are told who wait for it.
    var told: JobReason.Batch { BatchProgress.told(number, record) }
    var toldInside: [JobReason.Batch] { unfinished.map { BatchProgress.told($0.number, $0.record) } }

    private static func told(_ number: SequenceNumber, _ batch: BatchRecord) -> JobReason.Batch {
        JobReason.Batch(
            number: number, standing: batch.standing, unfinished: UInt64(batch.unfinished), jobs: UInt64(batch.jobs))
    }
}
