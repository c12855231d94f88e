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

    package init() {}
}
