import DaybookLog
import DaybookModel
import Testing

extension LogStorage {
    /// The whole export, or a part of it.
    func exported(from first: SequenceNumber = 1, to last: SequenceNumber? = nil, redacted: Bool = false) throws
        -> [UInt8]
    {
        var bytes: [UInt8] = []
        try LogExporter(self).export(from: first, to: last, redacted: redacted) { bytes += $0 }
        return bytes
    }

    func exportedLines(redacted: Bool = false) throws -> [String] { try exported(redacted: redacted).lines }

    /// Appends commits of events that no rule has decided and no ledger posts.
    func append(_ commits: [[Event]]) throws {
        try appendEncoded(commits.count) { index, batch in for event in commits[index] { batch.append(event) } }
    }

    /// Appends commits whose events `fill` adds.
    func appendEncoded(_ commits: Int, _ fill: (Int, EventBatch) throws -> Void) throws {
        try write { log in
            for index in 0..<commits {
                let last = try log.last
                let batch = EventBatch()
                batch.restart(at: last + 1)
                try fill(index, batch)
                batch.tree = try HistoryTree(of: log, count: last)
                batch.close(after: last == 0 ? .zero : try log.seal(endingAt: last).head, ledgers: .empty)
                #expect(try log.append(batch, ifHeadIs: last) == .appended)
            }
        }
    }

    /// Sequence number and value of an event, as they are stored.
    func stored(_ sequence: SequenceNumber) throws -> [UInt8] {
        let value = try read { try $0.event(sequence) { Array($0) } }
        return withUnsafeBytes(of: sequence.bigEndian) { Array($0) } + (value ?? [])
    }
}

extension [UInt8] {
    var lines: [String] { split(separator: 10).map { String(decoding: $0, as: UTF8.self) } }

    var hex: String { withUnsafeBytes { Hexadecimal.text($0) } }
}

extension [String] {
    var asExport: [UInt8] { [UInt8](map { $0 + "\n" }.joined().utf8) }
}

extension MemoryStorage {
    /// A log as rules make one, with whatever a log can have.
    static func lived(seed: UInt64, turns: Int) throws -> MemoryStorage {
        let storage = MemoryStorage()
        var workload = ReplayWorkload(seed: seed, try LogWriter.opened(storage))
        try workload.run(turns: turns)
        return storage
    }
}

/// Takes an export in chunks of so many bytes, so that lines and chunks end in different places.
func imported(_ export: [UInt8], into storage: any LogStorage, chunkBytes: Int = 1_000) throws -> LogImporter.Summary {
    let importer = try LogImporter(into: storage)
    try export.inChunks(of: chunkBytes) { try importer.feed($0) }
    return try importer.finish()
}

func verified(
    _ export: [UInt8], allowsParts: Bool = false, chunkBytes: Int = 1_000
) throws -> ExportVerifier.Report {
    let verifier = ExportVerifier(allowsParts: allowsParts)
    try export.inChunks(of: chunkBytes) { try verifier.feed($0) }
    return try verifier.finish()
}

extension [UInt8] {
    fileprivate func inChunks(of count: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        for start in stride(from: 0, to: self.count, by: count) {
            try self[start..<Swift.min(start + count, self.count)].withUnsafeBytes(body)
        }
    }
}

/// What the error says; nil if there was none.
func refusal(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return "\(error)"
    }
}
