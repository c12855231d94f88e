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

    /// As part of a sentence.
    package var sentence: String {
        let inner = unfinished.map { "; batch \($0.number) inside it \(BatchProgress.words($0.record))" }
        return "batch \(number), which \(BatchProgress.words(record))" + inner.joined()
    }

    private static func words(_ batch: BatchRecord) -> String {
        guard !batch.standing.isEnded else { return "has \(batch.standing.rawValue)" }
        return "is \(batch.standing.rawValue) with \(batch.unfinished) of \(batch.jobs) left"
    }
}
