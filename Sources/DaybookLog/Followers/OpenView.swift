internal import DaybookLMDB

/// The environment of a view, as long as this process has it open.
final class OpenView: Sendable {
    let environment: LMDBEnvironment
    let rows: Database
    let meta: Database
    private let data: EntryStatus
    private let lock: EntryStatus

    private static let names = ["rows", "meta"]

    /// Opens what is in `folder`. The caller has looked at its stamp, and keeps others from opening it meanwhile.
    init(in folder: FolderDescriptor, _ home: ViewHome, isBeingMade: Bool) throws {
        var options = EnvironmentOptions()
        options.mapSizeBytes = home.mapSizeBytes
        options.access = home.isWritable ? .readWrite : .readOnly
        // Where nothing tells one boot of the machine from the next, the file must survive its crash.
        options.durability = home.host.boot.contains { $0 != 0 } ? .scratch : .durable
        options.createIfMissing = isBeingMade
        options.createDatabases = isBeingMade
        let before = try OpenView.files(folder)
        environment = try LMDBEnvironment(at: folder.path, databases: OpenView.names, options: options)
        guard let (data, lock) = try OpenView.files(folder), let rows = environment.database(OpenView.names[0]),
            let meta = environment.database(OpenView.names[1]),
            // Somebody who deletes the folder file by file must not leave this process with one of the old and one of
            // the new: it would read without the owner knowing of it.
            isBeingMade || before.map({ data.isSame(as: $0.data) && lock.isSame(as: $0.lock) }) ?? false
        else {
            environment.close()
            throw LMDBError.malformedView
        }
        (self.rows, self.meta, self.data, self.lock) = (rows, meta, data, lock)
    }

    private static func files(_ folder: FolderDescriptor) throws -> (data: EntryStatus, lock: EntryStatus)? {
        guard let data = try folder.status(of: ViewHome.File.data), let lock = try folder.status(of: ViewHome.File.lock)
        else { return nil }
        return (data, lock)
    }

    /// Whether the files are still there under their names.
    func isCurrent(_ id: ViewID, _ home: ViewHome) throws(LogError) -> Bool {
        let foundData = try home.status(of: ViewHome.File.data, in: id)
        let foundLock = try home.status(of: ViewHome.File.lock, in: id)
        return data.isSame(as: foundData) && lock.isSame(as: foundLock)
    }

    func close() { environment.close() }
}

extension LMDBError {
    /// What lies there is no view.
    static var malformedView: LMDBError { malformedValue() }

    /// Whether the environment itself is no good, and another one in its place would be better.
    var condemnsView: Bool {
        let isDamaged = finding != nil || isCorrupted || isInvalid || isVersionMismatch || isMalformedValue
        let hasFailed = isFromCommit && !isMapFull && !isTransactionFull
        return isDamaged || hasFailed || isEnvironmentDead || isPanic || isBadTransaction || isFileMissing
    }
}
