extension StoreFolder {
    /// Makes a store at `path`, where there must be none, of an export that `source` hands over in chunks. When it throws
    /// there is no store.
    ///
    ///     try StoreFolder.make(
    ///         at: path, fromExport: { take in while let chunk = try file.next() { try take(chunk) } },
    ///         program: "daybook 1.0")
    package static func make(
        at path: String, fromExport source: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void, program: String,
        options: Options = Options(), progress: @escaping (UInt64) -> Void = { _ in }
    ) throws(LogError) -> LogImporter.Summary {
        var summary: LogImporter.Summary?
        let folder = try StoreFolder.filled(path, program: program, options: options) { storage in
            let importer = try LogImporter(into: storage, progress: progress)
            try source(importer.feed)
            summary = try importer.finish()
        }
        folder.close()
        guard let summary else { throw LogError(.unusable, "The import into \(path) came to no end; do it again.") }
        return summary
    }
}
