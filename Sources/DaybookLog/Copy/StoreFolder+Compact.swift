// A data file never shrinks by itself: pages that were freed are used again. Compacting copies the store into a new
// file beside the old one and puts it in its place in one step, so whatever stops it leaves one whole file or the
// other. LMDB cannot be made to notice that its file was exchanged, so nobody may have the store open.

internal import DaybookLMDB

/// What compacting made of a data file.
package struct CompactSummary: Equatable, Sendable {
    package let copy: CopySummary
    package let bytesBefore: Int
    package let bytesAfter: Int
}

extension StoreFolder {
    /// Exchanges the data file of the store at `path` for one without free pages: the same log, the same head. Refused
    /// while any process has the store open; whoever opens it meanwhile waits.
    package static func compact(
        _ path: String, program: String, options: Options = Options(), _ control: CopyControl = CopyControl()
    ) throws(LogError) -> CompactSummary {
        let opening = try StoreFolderOpening(
            path: path, access: .readWrite(createIfMissing: false), program: program, options: options)
        let folder = try FolderDescriptor(opening: path)
        let place = try OpenFolders.take(folder)
        defer { withExtendedLifetime(place) {} }
        let user = try FolderInspection(folder: folder, host: opening.host).owner()
        let owner = StoreOwner(user: user, isSomebodyElse: user != opening.host.effectiveUser)
        return try FolderLock.with(folder, patienceMilliseconds: options.patienceMilliseconds) { () throws(LogError) in
            try FolderState.of(folder).requireOpenable(.readWrite(createIfMissing: false), path)
            guard try folder.status(of: StoreFile.identity) != nil else {
                throw LogError(.unusable, "The making of the store in \(path) was interrupted. Run `daybook init`.")
            }
            try requireNobody(in: folder)
            return try Compacting(folder: folder, owner: owner, options: options, control: control).run()
        }
    }

    private static func requireNobody(in folder: FolderDescriptor) throws(LogError) {
        guard try folder.status(of: StoreFile.processes) != nil else { return }
        let found = try PresenceListing(folder: try folder.existingFolder(StoreFile.processes)).all()
        guard let other = found.first(where: \.isAlive) else { return }
        let who = other.facts.map { "\($0.program) (pid \($0.processID))" } ?? "another process"
        throw LogError(
            .unusable,
            """
            \(who) has the store in \(folder.path) open, and its file cannot be exchanged under it. Stop that process \
            (`daybook processes list` names all), then compact.
            """)
    }
}

struct Compacting {
    let folder: FolderDescriptor
    let owner: StoreOwner
    let options: StoreFolder.Options
    let control: CopyControl

    static let workshop = "compact"

    func run() throws(LogError) -> CompactSummary {
        let workshop = try folder.folder(Compacting.workshop)
        try clear(workshop)
        do {
            let before = try folder.status(of: StoreFile.data)?.byteCount ?? 0
            let copy = try copyVerified(to: workshop)
            let after = try workshop.status(of: StoreFile.data)?.byteCount ?? 0
            try owner.take([StoreFile.data], in: workshop)
            try folder.takeOver(StoreFile.data, from: workshop)
            try folder.flush()
            // It speaks of the transactions of the old file; the next opener makes it anew.
            try folder.remove(StoreFile.lock)
            try clear(workshop)
            try folder.removeFolder(Compacting.workshop)
            try folder.flush()
            return CompactSummary(copy: copy, bytesBefore: before, bytesAfter: after)
        } catch {
            let reason = LogError(copying: error, to: folder.path, doing: "compact \(folder.path)")
            // What cannot be cleared now is cleared by the next attempt.
            try? clear(workshop)
            try? folder.removeFolder(Compacting.workshop)
            throw reason
        }
    }

    private func copyVerified(to workshop: FolderDescriptor) throws -> CopySummary {
        let files = StoreFiles(folder: folder, options: options)
        let source = try files.openEnvironment(.readWrite)
        defer { source.close() }
        let parts = try files.requireOneStore(source, .readWrite(createIfMissing: false), nil)
        let target = try StoreFiles(folder: workshop, options: options).openEnvironment(
            .readWrite, isBeingMade: true, durability: .scratch)
        defer { target.close() }
        let pace = CopyPace(nil)
        _ = try StoreCopy(source: source, target: target, control: control, pace: pace, flush: {}).run()
        let report = try CopyCheck(control: control, pace: pace).verify(
            try LMDBStorage(target, turnstile: nil, versions: options.versions))
        let byteCount = try target.usedBytes()
        target.close()
        try workshop.openFile(StoreFile.data, .toChange).flush()
        return CopySummary(report, identity: parts.identity, byteCount: byteCount)
    }

    private func clear(_ workshop: FolderDescriptor) throws(LogError) {
        try workshop.remove(StoreFile.data)
        try workshop.remove(StoreFile.lock)
    }
}
