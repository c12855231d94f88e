import DaybookLog
import DaybookModel

/// What nobody is shown of events: the names of a job's secret fields stand in the event that created it, so its type
/// need not be known here. Jobs asked for last are kept.
struct SecretsOfJobs {
    private var known: [SequenceNumber: ShownLine.Cover] = [:]
    private static let knownMax = 10_000

    mutating func cover(of event: Event, in snapshot: any LogSnapshot) throws -> ShownLine.Cover {
        switch event.body {
        case .created(let created), .carried(let created): return .of(created.value.secrets)
        case .recurringSet(let set): return .of(set.value.job.secrets)
        case .replaced(let replaced):
            // From here on the job's runs get something else.
            known[event.job] = nil
            return try find(event.job, replaced.value, in: snapshot)
        default:
            guard event.job != 0 else { return .nothing }
            if let cover = known[event.job] { return cover }
            if known.count >= SecretsOfJobs.knownMax { known.removeAll(keepingCapacity: true) }
            let found = try find(event.job, try snapshot.replacement(of: event.job), in: snapshot)
            known[event.job] = found
            return found
        }
    }

    private func find(
        _ job: SequenceNumber, _ replaced: Replaced?, in snapshot: any LogSnapshot
    ) throws -> ShownLine.Cover {
        // The archive with its creation may be elsewhere.
        guard let created = try snapshot.creationAtHand(of: job)?.value else { return .payload }
        return .of(GivenArguments(created, replaced.map { [$0] } ?? []).secrets)
    }
}

extension ShownLine.Cover {
    fileprivate static func of(_ secrets: Secrets?) -> ShownLine.Cover { secrets.map { .secrets($0) } ?? .nothing }
}

extension CommandStore {
    /// The lines that an export has for these events, which stand in rising order, without what nobody is shown.
    func shownLines(
        of events: [EventRecord], _ secrets: inout SecretsOfJobs, _ sink: ([UInt8]) throws -> Void
    ) throws {
        var covers = try read { snapshot in
            try events.map { try secrets.cover(of: $0.event, in: snapshot) }
        }[...]
        try exportedLines(of: events) { chunk in
            for line in chunk.split(separator: UInt8(ascii: "\n")) {
                guard let cover = covers.popFirst() else { return }
                try sink(ShownLine.text(Array(line), cover))
            }
        }
    }

    private func exportedLines(of events: [EventRecord], _ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        var index = 0
        while index < events.count {
            // Neighbours are exported together.
            var end = index
            while end + 1 < events.count, events[end + 1].sequence == events[end].sequence + 1 { end += 1 }
            try export(from: events[index].sequence, to: events[end].sequence, opened: true, sink)
            index = end + 1
        }
    }
}
