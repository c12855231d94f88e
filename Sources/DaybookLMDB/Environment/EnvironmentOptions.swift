/// How an environment is opened.
package struct EnvironmentOptions: Sendable {
    /// Address space to map, not disk space: the file grows as it is written. Halved down to `smallestMapSizeBytes`
    /// where the address space is limited, doubled when the map is full.
    package var mapSizeBytes = 1 << 38
    /// Reader slots shared by all processes. Only the first opener's number counts.
    package var readersMax = 510
    /// Named databases this environment can hold open.
    package var databasesMax = 32
    package var access = Access.readWrite
    package var durability = Durability.durable
    /// Permission bits of files that are created.
    package var fileMode: UInt32 = 0o600
    /// Whether a missing `data.mdb` may be created. A reopened store says no: a file that vanished is not a new store.
    package var createIfMissing = true
    /// Whether a `data.mdb` of zero bytes may be taken for a new one. LMDB would do so silently.
    package var acceptEmptyFile = false

    /// Whether databases that are missing are made. Who does not know yet whether it may write here says no; they
    /// are nil then, as they are to a reader.
    package var createDatabases = true
    /// Databases that are opened if they are there, and never made.
    package var neverCreated: Set<String> = []
    /// Where databases have other names in the file than those by which they are asked for.
    package var naming: DatabaseNaming?

    package enum Access: Sendable {
        case readWrite
        case readOnly
        /// Takes no reader slot, so it is correct only where nothing can write: on a read-only file system. Refused
        /// elsewhere.
        case readOnlyWithoutLock
    }

    package enum Durability: Sendable {
        /// Every commit is on stable storage when it returns.
        case durable
        /// Nothing is ever flushed: a crash of the machine may destroy the whole file. For environments that can be
        /// rebuilt from elsewhere; never for a log.
        case scratch
    }

    /// Halving stops here; a smaller map is not worth having.
    static let smallestMapSizeBytes = 64 << 20
    /// What is to be left of the address space beside a map: for the stacks of some threads and what they allocate.
    static let spareBytes = 64 << 20

    package init() {}
}

/// Databases whose names in the file depend on a row of one of them: a second set can be built beside the one in use,
/// and one row says which set that is.
package struct DatabaseNaming: Sendable {
    /// The database that has the row. Its own name depends on nothing.
    package let database: String
    package let key: String
    /// The name in the file of the database that is asked for by this one, given the row, if it is there.
    package let name: @Sendable (_ database: String, _ row: [UInt8]?) -> String

    package init(
        database: String, key: String, name: @escaping @Sendable (_ database: String, _ row: [UInt8]?) -> String
    ) {
        self.database = database
        self.key = key
        self.name = name
    }
}
