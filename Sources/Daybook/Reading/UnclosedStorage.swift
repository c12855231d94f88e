internal import DaybookLog

/// The store as those see it who ask an engine: once that is closed they are told so, and not what closed below it.
struct UnclosedStorage: LogStorage {
    let base: any LogStorage
    let ending: Ending

    var keyring: Keyring? { base.keyring }
    /// Whoever checks or copies the log asks what kind of storage it is.
    var stored: any LogStorage { base.stored }
    var opened: any LogStorage { UnclosedStorage(base: base.opened, ending: ending) }

    func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R {
        do {
            return try base.read(body)
        } catch is LogError where ending.hasBegun {
            throw EngineClosed()
        }
    }

    func write<R>(_ body: (any LogTransaction) throws -> R) throws -> R { try base.write(body) }

    func write<R>(_ body: (any LogTransaction) throws -> R, committed: (R) -> Void) throws -> R {
        try base.write(body, committed: committed)
    }
}
