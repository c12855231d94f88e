// Making a store is: write `identity.new`, flush it and the folder; make `data.mdb` and commit its first event; rename
// `identity.new` to `identity`, flush the folder and the one above it. Whatever stops it in between leaves one of the
// states below, and each of them says by itself how to go on. Nothing in a store is acknowledged to anybody before the
// rename.

/// How far the making of a store has come, judged by the files that are there.
enum FolderState: Equatable {
    /// No store, and none was begun.
    case empty
    /// The making of a store was begun and not finished.
    case begun
    /// A log from elsewhere was being put in. How much of it is there cannot be known.
    case filling
    /// A store, as far as its files are there.
    case made

    static func of(_ folder: FolderDescriptor) throws(LogError) -> FolderState {
        let hasData = try folder.status(of: StoreFile.data) != nil
        if try folder.status(of: StoreFile.identity) != nil { return .made }
        if try folder.status(of: StoreFile.fillingIdentity) != nil { return .filling }
        if try folder.status(of: StoreFile.newIdentity) != nil { return .begun }
        if hasData {
            throw LogError(
                .damaged,
                """
                \(folder.path)/identity is missing, though data.mdb is there. Put it back from a backup, or save what \
                data.mdb holds with `daybook recover`.
                """)
        }
        return .empty
    }
    /// Refuses what `access` cannot make a store of.
    func requireOpenable(_ access: StoreFolder.Access, _ path: String) throws(LogError) {
        switch (self, access) {
        case (.made, _), (.begun, .readWrite), (.empty, .readWrite(createIfMissing: true)):
            return
        case (.empty, _):
            throw LogError(
                .unusable,
                "There is no store in \(path). Make one with `daybook init`, or name the folder that holds yours.")
        case (.begun, .readOnly):
            throw LogError(
                .unusable, "The making of the store in \(path) was interrupted. Finish it with `daybook init`.")
        case (.filling, _):
            throw LogError(
                .unusable, "The filling of the store in \(path) was interrupted. Do it again, or delete the folder.")
        }
    }

    /// Refuses to fill a folder that holds a store.
    func requireFillable(_ path: String) throws(LogError) {
        switch self {
        case .empty, .filling: return
        case .made, .begun:
            throw LogError(.badInput, "There is a store in \(path) already. Name another folder.")
        }
    }
}
