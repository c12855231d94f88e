// A store whose log comes from elsewhere (an import, a restore, a fork) is made as any other, but for one thing: what
// an interruption leaves must never be finished by the next opener, since it may lack the end of the log. So it stands
// under another name until it is whole, and only another filling may take its place.

internal import DaybookLMDB
internal import DaybookModel

extension StoreFolder {
    /// Makes a store in the folder at `path`, which must hold none, and opens it. `fill` puts the log in, beginning with
    /// the event that names the store, which must be `identity` if that is given. Nobody else can open the folder
    /// before it has returned; when it throws, nothing is left.
    package static func filled(
        _ path: String, identity: [UInt8]? = nil, program: String, options: Options = Options(),
        by fill: (LMDBStorage) throws -> Void
    ) throws(LogError) -> StoreFolder {
        let opening = try StoreFolderOpening(
            path: path, access: .readWrite(createIfMissing: true), program: program, options: options)
        return try withoutActuallyEscaping(fill) { (fill) throws(LogError) in
            try opening.open(filling: StoreFilling(identity: identity, fill: fill))
        }
    }
}

/// What a new store is to hold.
struct StoreFilling {
    let identity: [UInt8]?
    let fill: (LMDBStorage) throws -> Void

    func make(_ files: StoreFiles) throws(LogError) -> LMDBEnvironment {
        let folder = files.folder
        try clear(folder)
        // Which store it will be may only turn out on the way; that one is being filled is what the mark says.
        try IdentityFile(identity: identity ?? Array(repeating: 0, count: 16)).write(StoreFile.fillingIdentity, in: folder)
        do {
            let environment = try files.openEnvironment(.readWrite, isBeingMade: true)
            do {
                let storage = try LMDBStorage(environment)
                try fill(storage)
                let found = try foundIdentity(in: storage, folder.path)
                try storage.write { try MetaRows(identity: found).write(to: $0) }
                try IdentityFile(identity: found).write(StoreFile.newIdentity, in: folder)
                try folder.rename(StoreFile.newIdentity, to: StoreFile.identity)
                try folder.remove(StoreFile.fillingIdentity)
                try folder.flush()
                try folder.flushParent()
                return environment
            } catch {
                environment.close()
                throw error
            }
        } catch {
            try? clear(folder)
            throw LogError(error, doing: "fill the store in \(folder.path)")
        }
    }

    /// The mark goes last: as long as there is anything, it says what that is.
    private func clear(_ folder: FolderDescriptor) throws(LogError) {
        for name in [StoreFile.data, StoreFile.lock, StoreFile.newIdentity, StoreFile.fillingIdentity] {
            try folder.remove(name)
        }
    }

    private func foundIdentity(in storage: LMDBStorage, _ path: String) throws -> [UInt8] {
        guard let found = try FirstEvent.identity(in: storage), found.count == 16, identity == nil || identity == found
        else {
            throw LogError(.badInput, "The log that was to fill \(path) does not begin with the event that names it.")
        }
        return found
    }
}
