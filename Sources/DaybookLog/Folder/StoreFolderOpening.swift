// From a path to an open store, or to a sentence that says why not.
//
// The order matters. First what costs nothing and depends on nobody: the folder, who may write in it, where it lies.
// Then, under the folder's lock, who else has it open, and this process shows itself. Only then is `data.mdb` touched.

internal import DaybookLMDB
internal import DaybookModel

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// One opening of a folder.
struct StoreFolderOpening {
    let path: String
    let access: StoreFolder.Access
    let program: String
    let options: StoreFolder.Options
    let host: HostFacts

    init(
        path: String, access: StoreFolder.Access, program: String, options: StoreFolder.Options
    ) throws(LogError) {
        self.path = path
        self.access = access
        self.program = program
        self.options = options
        if let host = options.host { self.host = host } else { host = try HostFacts.real() }
    }

    func open() throws(LogError) -> StoreFolder {
        if access == .readWrite(createIfMissing: true) { try makeFolder() }
        let folder = try FolderDescriptor(opening: path)
        let place = try OpenFolders.take(folder)
        let owner = try FolderInspection(folder: folder, host: host).owner()
        if try folder.isOnReadOnlyFileSystem() { return try openUnwritable(folder, place) }
        return try FolderLock.with(folder, patienceMilliseconds: options.patienceMilliseconds) { () throws(LogError) in
            let owner = StoreOwner(user: owner, isSomebodyElse: owner != host.effectiveUser)
            return try openLocked(folder, place, owner)
        }
    }

    func makeFolder() throws(LogError) {
        if mkdir(path, 0o700) == 0 {
            guard chmod(path, 0o700) == 0 else { throw LogError(errno: errno, doing: "set the mode of \(path)") }
        } else if errno != EEXIST {
            throw LogError(errno: errno, doing: "create the folder \(path)")
        }
    }

    private func openLocked(
        _ folder: FolderDescriptor, _ place: OpenFolders.Place, _ owner: StoreOwner
    ) throws(LogError) -> StoreFolder {
        let state = try FolderState.of(folder)
        try state.requireOpenable(access, path)
        if state == .empty { try tighten(folder) }
        let shared = try SharedFiles.open(folder, owner, self)
        do throws(LogError) {
            let files = StoreFiles(folder: folder, options: options)
            let environment = try environment(files, state)
            try owner.take([StoreFile.data, StoreFile.lock], in: folder)
            return try finish(files, place, environment, shared)
        } catch {
            shared.presence?.end()
            throw error
        }
    }

    private func environment(
        _ files: StoreFiles, _ state: FolderState
    ) throws(LogError) -> LMDBEnvironment {
        let making = StoreMaking(files: files, host: host, program: program)
        switch state {
        case .empty: return try making.make()
        case .begun: return try making.finish()
        case .made: return try files.openEnvironment(access == .readOnly ? .readOnly : .readWrite)
        }
    }

    /// A folder that holds nothing yet is made private, whoever made it.
    func tighten(_ folder: FolderDescriptor) throws(LogError) {
        if try folder.entries().isEmpty, try folder.status().mode != 0o700 { try folder.setMode(0o700) }
    }

    /// On a file system that nothing can be written to there are no locks to take and no traces to leave.
    private func openUnwritable(
        _ folder: FolderDescriptor, _ place: OpenFolders.Place
    ) throws(LogError) -> StoreFolder {
        guard access == .readOnly else { throw LogError(errno: EROFS, doing: "open \(path) for writing") }
        try FolderState.of(folder).requireOpenable(access, path)
        try requireNobodyWrites(folder)
        let files = StoreFiles(folder: folder, options: options)
        return try finish(files, place, try files.openEnvironment(.readOnlyWithoutLock), SharedFiles())
    }

    /// A read-only mount does not keep others from writing the same files through another one. Who reads without a lock
    /// beside them reads nonsense.
    private func requireNobodyWrites(_ folder: FolderDescriptor) throws(LogError) {
        guard try folder.status(of: StoreFile.processes) != nil else { return }
        let processes = try folder.existingFolder(StoreFile.processes)
        guard let writer = try PresenceListing(folder: processes).all().first(where: { $0.isAlive }) else { return }
        let program = writer.facts?.program ?? "a process"
        throw LogError(
            .unusable,
            """
            \(path) is mounted read-only here, but \(program) has it open where it can be written. Read it through \
            that other mount, or stop that process first.
            """)
    }

    private func finish(
        _ files: StoreFiles, _ place: OpenFolders.Place, _ environment: LMDBEnvironment, _ shared: SharedFiles
    ) throws(LogError) -> StoreFolder {
        do {
            // Who was killed while it read keeps pages from being used again, until somebody frees its slot.
            if shared.presence != nil { _ = try environment.reapDeadReaders() }
            let turnstile = shared.wake.map { WriterTurnstile($0, host.processID, options) }
            var parts = try files.requireOneStore(environment, access, turnstile)
            parts.presence = shared.presence
            parts.wake = shared.wake
            if access != .readOnly { parts.reserve = DiskReserve(DataFileSpace(environment)) }
            let opened = StoreFolder(parts, folder: files.folder, place: place, host: host)
            try opened.resumeEncryption()
            return opened
        } catch {
            environment.close()
            throw LogError(error, doing: "open \(path)")
        }
    }
}

/// Who owns a store, and so everything that is made in its folder.
struct StoreOwner {
    let user: UInt32
    /// Root works in somebody else's folder.
    let isSomebodyElse: Bool

    func take(_ names: [String], in folder: FolderDescriptor) throws(LogError) {
        guard isSomebodyElse else { return }
        for name in names { try folder.give(name, to: user) }
    }
}
