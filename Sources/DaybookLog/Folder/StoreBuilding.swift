// A store that is made of something else, an export, a backup or what is left of a damaged folder, is built beside its
// place and moved there when it is whole. Until then its files lie in the folder `import` inside the store's own, where
// nobody looks for a store; the identity, without which nothing is a store, comes last, by the same steps as for a new
// store. So whatever stops it leaves a folder without a store, and the next attempt begins by clearing it.

internal import DaybookLMDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The making of a store out of something else.
struct StoreBuilding {
    let folder: FolderDescriptor
    let owner: StoreOwner
    let options: StoreFolder.Options
    let host: HostFacts

    /// Where the store is built.
    static let workshop = "import"

    /// Makes a store at `path`, where there must be none: `build` fills an empty environment and says which store it
    /// is. `action` completes "cannot …" and "… into an empty or a new folder".
    static func make<R>(
        at path: String, program: String, options: StoreFolder.Options, action: String,
        durability: EnvironmentOptions.Durability,
        _ build: (LMDBEnvironment, HostFacts) throws -> (R, identity: [UInt8])
    ) throws(LogError) -> R {
        let opening = try StoreFolderOpening(
            path: path, access: .readWrite(createIfMissing: true), program: program, options: options)
        let isNew = access(path, F_OK) != 0
        try opening.makeFolder()
        let folder = try FolderDescriptor(opening: path)
        let place = try OpenFolders.take(folder)
        defer { withExtendedLifetime(place) {} }
        do throws(LogError) {
            return try make(in: folder, opening, options, action, durability, build)
        } catch {
            // Only if nothing is in it.
            if isNew { rmdir(path) }
            throw error
        }
    }

    private static func make<R>(
        in folder: FolderDescriptor, _ opening: StoreFolderOpening, _ options: StoreFolder.Options, _ action: String,
        _ durability: EnvironmentOptions.Durability,
        _ build: (LMDBEnvironment, HostFacts) throws -> (R, identity: [UInt8])
    ) throws(LogError) -> R {
        let user = try FolderInspection(folder: folder, host: opening.host).owner()
        let owner = StoreOwner(user: user, isSomebodyElse: user != opening.host.effectiveUser)
        return try FolderLock.with(folder, patienceMilliseconds: options.patienceMilliseconds) { () throws(LogError) in
            guard try FolderState.of(folder) == .empty else {
                throw LogError(
                    .badInput, "There is a store in \(folder.path) already; \(action) into an empty or a new folder.")
            }
            try opening.tighten(folder)
            let building = StoreBuilding(folder: folder, owner: owner, options: options, host: opening.host)
            return try building.run(action, durability, build)
        }
    }

    private func run<R>(
        _ action: String, _ durability: EnvironmentOptions.Durability,
        _ build: (LMDBEnvironment, HostFacts) throws -> (R, identity: [UInt8])
    ) throws(LogError) -> R {
        let workshop = try folder.folder(StoreBuilding.workshop)
        try clear(workshop)
        do {
            let (result, identity) = try fill(workshop, durability, build)
            try workshop.openFile(StoreFile.data, .toChange).flush()
            try moveIn(workshop, IdentityFile(identity: identity))
            return result
        } catch {
            let reason = LogError(copying: error, to: folder.path, doing: "\(action) into \(folder.path)")
            // What cannot be cleared now is cleared by the next attempt; the reason for this one's end says more.
            try? clear(workshop)
            try? folder.removeFolder(StoreBuilding.workshop)
            let isEmpty = (try? folder.status(of: StoreFile.data) == nil) ?? false
            if isEmpty { try? folder.remove(StoreFile.newIdentity) }
            throw reason
        }
    }

    private func fill<R>(
        _ workshop: FolderDescriptor, _ durability: EnvironmentOptions.Durability,
        _ build: (LMDBEnvironment, HostFacts) throws -> (R, identity: [UInt8])
    ) throws -> (R, identity: [UInt8]) {
        let environment = try StoreFiles(folder: workshop, options: options).openEnvironment(
            .readWrite, isBeingMade: true, durability: durability)
        defer { environment.close() }
        return try build(environment, host)
    }

    /// From the moment that `data.mdb` lies in its place the making is one that anybody may finish.
    private func moveIn(_ workshop: FolderDescriptor, _ identity: IdentityFile) throws(LogError) {
        try folder.remove(StoreFile.newIdentity)
        try identity.write(StoreFile.newIdentity, in: folder)
        if try workshop.status(of: ArchiveShelf.folderName) != nil {
            let archives = try workshop.existingFolder(ArchiveShelf.folderName)
            let place = try folder.folder(ArchiveShelf.folderName)
            for name in try archives.entries() { try place.takeOver(name, from: archives) }
            try place.flush()
        }
        try folder.takeOver(StoreFile.data, from: workshop)
        try folder.flush()
        try folder.rename(StoreFile.newIdentity, to: StoreFile.identity)
        try owner.take([StoreFile.data, StoreFile.identity], in: folder)
        try clear(workshop)
        try folder.removeFolder(StoreBuilding.workshop)
        try folder.flush()
        try folder.flushParent()
    }

    private func clear(_ workshop: FolderDescriptor) throws(LogError) {
        try workshop.remove(StoreFile.data)
        try workshop.remove(StoreFile.lock)
        try ArchiveShelf.clear(in: workshop)
    }
}

extension FolderDescriptor {
    /// Moves what lies under `name` in `other` here, in place of what lies here.
    func takeOver(_ name: String, from other: FolderDescriptor) throws(LogError) {
        guard renameat(other.number, name, number, name) == 0 else {
            throw LogError(errno: errno, doing: "move \(other.path)/\(name) to \(path)")
        }
    }
}
