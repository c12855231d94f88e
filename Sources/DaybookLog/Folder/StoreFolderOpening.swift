internal import DaybookLMDB
internal import DaybookModel

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The steps from a path to an open store.
struct StoreFolderOpening {
    let path: String
    let access: StoreFolder.Access
    let program: String
    let options: StoreFolder.Options

    func open() throws(LogError) -> StoreFolder {
        let host: HostFacts
        if let given = options.host { host = given } else { host = try HostFacts.real() }
        if access == .readWrite(createIfMissing: true), mkdir(path, 0o700) != 0, errno != EEXIST {
            throw LogError(errno: errno, doing: "create the folder \(path)")
        }
        var environmentOptions = EnvironmentOptions()
        environmentOptions.mapSizeBytes = options.mapSizeBytes
        environmentOptions.access = access == .readOnly ? .readOnly : .readWrite
        let identity: [UInt8]
        let storage: LMDBStorage
        do {
            let environment = try LMDBEnvironment(
                at: path, databases: LogDatabases.names, options: environmentOptions)
            storage = try LMDBStorage(environment)
            identity = try storedIdentity(storage) ?? createGenesis(storage, host)
        } catch {
            throw LogError(error, doing: "open \(path)")
        }
        return StoreFolder(path: path, storage: storage, identity: identity)
    }

    private func storedIdentity(_ storage: LMDBStorage) throws -> [UInt8]? {
        try storage.read { log in
            try log.event(1) { value in
                guard case .genesis(let genesis) = try Event(value, at: 1).body else { return nil }
                return genesis.identity
            }
        } ?? nil
    }

    private func createGenesis(_ storage: LMDBStorage, _ host: HostFacts) throws -> [UInt8] {
        let genesis = Genesis(
            identity: try host.randomBytes(16), format: 1, program: program, host: host.host, user: host.user)
        let now = host.now()
        try LogWriter(storage).turn(now: now) { turn in
            _ = try turn.record(Event(time: now, body: .genesis(genesis)))
        }
        return genesis.identity
    }
}
