// A store made of an export is built beside its place and moved there when it is whole. Until then its files lie in the folder
// `import` inside the store's own, where nobody looks for a store; the identity, without which nothing is a store, comes last, by the same
// steps as for a new store. So whatever stops an import leaves a folder without a store, and the next import begins by clearing it.

internal import DaybookLMDB
internal import DaybookModel

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension StoreFolder {
    /// Makes a store at `path`, where there must be none, of an export that `source` hands over in chunks.
    ///
    ///     try StoreFolder.make(at: path, fromExport: { take in while let chunk = try file.next() { try take(chunk) } }, program: "daybook 1.0")
    package static func make(
        at path: String, fromExport source: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void, program: String,
        options: Options = Options(), progress: @escaping (UInt64) -> Void = { _ in }
    ) throws(LogError) -> LogImporter.Summary {
        let opening = try StoreFolderOpening(
            path: path, access: .readWrite(createIfMissing: true), program: program, options: options)
        try opening.makeFolder()
        let folder = try FolderDescriptor(opening: path)
        let place = try OpenFolders.take(folder)
        defer { withExtendedLifetime(place) {} }
        let owner = try FolderInspection(folder: folder, host: opening.host).owner()
        let store = StoreOwner(user: owner, isSomebodyElse: owner != opening.host.effectiveUser)
        return try FolderLock.with(folder, patienceMilliseconds: options.patienceMilliseconds) { () throws(LogError) in
            guard try FolderState.of(folder) == .empty else {
                throw LogError(.badInput, "There is a store in \(path) already; import into an empty or a new folder.")
            }
            try opening.tighten(folder)
            return try StoreImport(folder: folder, owner: store, options: options).run(source, progress)
        }
    }
}

private struct StoreImport {
    let folder: FolderDescriptor
    let owner: StoreOwner
    let options: StoreFolder.Options

    /// Where the store is built.
    private static let workshop = "import"

    func run(
        _ source: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void, _ progress: @escaping (UInt64) -> Void
    ) throws(LogError) -> LogImporter.Summary {
        let workshop = try folder.folder(StoreImport.workshop)
        try clear(workshop)
        do {
            let summary = try build(in: workshop, source, progress)
            try moveIn(workshop, IdentityFile(identity: summary.identity))
            return summary
        } catch {
            // What cannot be cleared now is cleared by the next import; the reason for this one's end says more.
            try? abandon(workshop)
            throw LogError(error, doing: "import into \(folder.path)")
        }
    }

    private func build(
        in workshop: FolderDescriptor, _ source: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void,
        _ progress: @escaping (UInt64) -> Void
    ) throws -> LogImporter.Summary {
        let environment = try StoreFiles(folder: workshop, options: options).openEnvironment(.readWrite, isBeingMade: true)
        defer { environment.close() }
        let storage = try LMDBStorage(environment)
        let importer = try LogImporter(into: storage, progress: progress)
        try source(importer.feed)
        let summary = try importer.finish()
        guard summary.identity.count == 16 else {
            throw LogError(.badInput, "The first event does not name a store: its identity has not 16 bytes.", at: 1)
        }
        try storage.write { try MetaRows(identity: summary.identity).write(to: $0) }
        return summary
    }

    /// From the moment that `data.mdb` lies in its place the making is one that anybody may finish.
    private func moveIn(_ workshop: FolderDescriptor, _ identity: IdentityFile) throws(LogError) {
        let file = try folder.openFile(StoreFile.newIdentity, .toMake)
        try file.write(identity.bytes)
        try file.flush()
        try folder.flush()
        try folder.takeOver(StoreFile.data, from: workshop)
        try folder.flush()
        try folder.rename(StoreFile.newIdentity, to: StoreFile.identity)
        try owner.take([StoreFile.data, StoreFile.identity], in: folder)
        try clear(workshop)
        try removeWorkshop()
        try folder.flush()
        try folder.flushParent()
    }

    private func abandon(_ workshop: FolderDescriptor) throws(LogError) {
        // Unless the data is in its place: then all that is missing is a name, and whoever opens the folder gives it.
        if try folder.status(of: StoreFile.data) == nil { try folder.remove(StoreFile.newIdentity) }
        try clear(workshop)
        try removeWorkshop()
    }

    private func clear(_ workshop: FolderDescriptor) throws(LogError) {
        try workshop.remove(StoreFile.data)
        try workshop.remove(StoreFile.lock)
    }

    private func removeWorkshop() throws(LogError) {
        guard unlinkat(folder.number, StoreImport.workshop, AT_REMOVEDIR) == 0 || errno == ENOENT else {
            throw LogError(errno: errno, doing: "remove \(folder.path)/\(StoreImport.workshop)")
        }
    }
}

extension FolderDescriptor {
    /// Moves what lies under `name` in `other` here.
    fileprivate func takeOver(_ name: String, from other: FolderDescriptor) throws(LogError) {
        guard renameat(other.number, name, number, name) == 0 else {
            throw LogError(errno: errno, doing: "move \(other.path)/\(name) to \(path)")
        }
    }
}
