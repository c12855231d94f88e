/// The files by which the processes of a store know of each other, as far as this one has them.
struct SharedFiles {
    var presence: ProcessPresence?
    var wake: WakePage?

    /// Shows this process to the others, after looking whether it may be one of them.
    static func open(
        _ folder: FolderDescriptor, _ owner: StoreOwner, _ opening: StoreFolderOpening
    ) throws(LogError) -> SharedFiles {
        let processes = try folder.folder(StoreFile.processes)
        try owner.take([StoreFile.processes], in: folder)
        let others = PresenceListing(folder: processes)
        let found = try others.all()
        try PresenceListing.requireSamePlace(found, as: opening.host, opening.path)
        try others.sweep(found)
        var shared = SharedFiles()
        do throws(LogError) {
            let facts = ProcessFacts(opening.host, writes: opening.access != .readOnly, program: opening.program)
            shared.presence = try ProcessPresence(facts, in: processes, owner: owner, host: opening.host)
            shared.wake = try WakePage.open(in: folder, owner: owner, isAlone: !found.contains { $0.isAlive })
        } catch {
            // A full disk is no reason not to read: then without being seen.
            if error.code == .diskFull, opening.access == .readOnly { return shared }
            shared.presence?.end()
            throw error
        }
        return shared
    }
}
