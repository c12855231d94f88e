internal import DaybookLMDB
internal import DaybookModel

extension StoreFolder {
    /// Makes a store at `path`, where there must be none, of an export that `source` hands over in chunks.
    ///
    ///     try StoreFolder.make(at: path, fromExport: { take in
    ///         while let chunk = try file.next() { try take(chunk) }
    ///     }, program: "daybook 1.0")
    package static func make(
        at path: String, fromExport source: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void, program: String,
        options: Options = Options(), progress: @escaping (UInt64) -> Void = { _ in }
    ) throws(LogError) -> LogImporter.Summary {
        try StoreBuilding.make(at: path, program: program, options: options, action: "import", durability: .durable) {
            environment, _ in
            let storage = try LMDBStorage(environment)
            let importer = try LogImporter(into: storage, progress: progress)
            try source(importer.feed)
            let summary = try importer.finish()
            guard summary.identity.count == 16 else {
                throw LogError(
                    .damaged, "The first event does not name a store: its identity has not 16 bytes.", at: 1)
            }
            try storage.write { try MetaRows(identity: summary.identity).write(to: $0) }
            return (summary, summary.identity)
        }
    }
}
