internal import DaybookModel

// A store without its keys is whole and verifies, and nobody can read what is in it. So nothing takes keys along
// without being asked to, and whoever makes a store of another is told that he has to.

extension StoreFolder {
    /// The keys that a copy can take along.
    func keysToCopy() throws(LogError) -> KeyFolder {
        if let keys = storage.keyring?.source as? KeyFolder { return keys }
        throw LogError(.badInput, "There are no keys in \(path) that could go with it: ask for a backup without them.")
    }

    /// Puts the keys that lie with a backup beside the store that was made of it, and says how many.
    package static func copyKeys(from source: String, to destination: String) throws(LogError) -> Int {
        let source = try FolderDescriptor(opening: source)
        guard try source.status(of: KeyFolder.name) != nil else { return 0 }
        let destination = try FolderDescriptor(opening: destination)
        let user = try destination.status().owner
        let owner = StoreOwner(user: user, isSomebodyElse: user != (try HostFacts.real().effectiveUser))
        let keys = try destination.folder(KeyFolder.name)
        try owner.take([KeyFolder.name], in: destination)
        let count = try KeyFolder.copy(source.existingFolder(KeyFolder.name), to: keys)
        try owner.take(try keys.entries(), in: keys)
        try destination.flush()
        return count
    }

    /// What has to be done before anybody can read a store that was made of another; nil if nothing.
    package static func missingKeys(at path: String, program: String) throws -> String? {
        let store = try StoreFolder.open(path, .readOnly, program: program)
        defer { store.close() }
        guard let keyring = store.storage.keyring, !(keyring.source is KeysElsewhere) else { return nil }
        if let keys = keyring.source as? KeyFolder, try !keys.all().isEmpty { return nil }
        return """
            its payloads are encrypted and their keys are not here: copy the folder `keys` to \(path)/keys from \
            wherever keys are kept safe
            """
    }
}

extension KeyFolder {
    /// Puts them into a copy of their store.
    func copy(to copy: FolderDescriptor) throws(LogError) {
        _ = try KeyFolder.copy(folder, to: copy.folder(KeyFolder.name))
        try copy.flush()
    }

    /// Takes them out of a copy that is not finished.
    static func clear(in folder: FolderDescriptor) throws(LogError) {
        guard try folder.status(of: name) != nil else { return }
        let keys = try folder.existingFolder(name)
        for key in try keys.entries() { try keys.remove(key) }
        try folder.removeFolder(name)
    }

    /// Files of keys only, and those of nobody else's making; each is there whole or not at all.
    static func copy(_ source: FolderDescriptor, to target: FolderDescriptor) throws(LogError) -> Int {
        var count = 0
        for name in try source.entries() where KeyFile.id(name) != nil {
            guard try source.status(of: name)?.form == .file, try target.status(of: name) == nil else { continue }
            let bytes = try source.openFile(name, .toRead).read(KeyFile.byteCountMax)
            if KeyFile.isDestroyed(bytes) { continue }
            let new = name + ".new"
            try target.remove(new)
            let file = try target.openFile(new, .toMake)
            try file.write(bytes)
            try file.flush()
            try target.rename(new, to: name)
            count += 1
        }
        try target.flush()
        return count
    }
}
