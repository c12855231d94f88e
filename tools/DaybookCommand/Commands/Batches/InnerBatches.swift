import DaybookLog
import DaybookModel

/// The batches inside a batch, each of which counts there as one job.
struct InnerBatches {
    private let first: [(number: SequenceNumber, record: BatchRecord)]
    private let hasMore: Bool

    private static let shownMax = 20

    init(of batch: SequenceNumber, in log: any LogSnapshot) throws {
        let found = try BatchRecord.inner(of: batch, limit: InnerBatches.shownMax + 1, in: log)
        hasMore = found.count > InnerBatches.shownMax
        first = Array(found.prefix(InnerBatches.shownMax))
    }

    var lines: [String] {
        let lines = first.map { number, batch in
            let name = batch.name.isEmpty ? "" : ", \(batch.name)"
            let left = "\(batch.unfinished) of \(batch.jobs) left"
            return "holds      batch \(number)\(name): \(batch.standing.rawValue), \(left)"
        }
        return lines + (hasMore ? ["holds      more batches"] : [])
    }

    func write(to json: inout JSONWriter) {
        guard !first.isEmpty else { return }
        json.key("batches")
        json.array { json in
            for (number, batch) in first {
                json.object { ListBatches.write(number, batch, to: &$0) }
            }
        }
        json.field("moreBatches", hasMore)
    }
}
