public import DaybookModel
import Synchronization

/// The machine's time zones: reads each zone's file once and keeps its table.
///
///     let zones = Zones()
///     let berlin = try zones.table(named: "Europe/Berlin")
///
/// `UTC` is always there, also on a machine without zone data.
public final class Zones: Sendable {
    private struct Known {
        var tables: [String: ZoneTable] = [:]
        /// Outer nil: not read yet. Inner nil: the data does not tell.
        var dataVersion: String??
    }

    private let folder: ZoneFolder
    private let known = Mutex(Known())

    /// Zones from a folder of TZif files, as the tz database's compiler writes them.
    public init(folder: String = "/usr/share/zoneinfo") {
        self.folder = ZoneFolder(path: folder)
    }

    /// The table of a zone, such as `Europe/Berlin`.
    public func table(named name: String) throws(ZoneError) -> ZoneTable {
        if let table = known.withLock({ $0.tables[name] }) { return table }
        // Read outside the lock: two threads that ask at once both read, and read the same.
        let table = try read(name)
        known.withLock { $0.tables[name] = table }
        return table
    }

    /// The release of the tz database, such as `2026a`, if the data tells.
    public var dataVersion: String? {
        known.withLock { known in
            if let version = known.dataVersion { return version }
            let version = folder.dataVersion()
            known.dataVersion = .some(version)
            return version
        }
    }

    /// Forgets what was read, so that zone data updated since is read anew.
    public func refresh() {
        known.withLock { $0 = Known() }
    }

    private func read(_ name: String) throws(ZoneError) -> ZoneTable {
        try ZoneName.check(name)
        do {
            return try ZoneFile.table(named: name, from: try folder.contents(ofZone: name))
        } catch {
            if name == ZoneTable.utc.name { return .utc }
            throw error
        }
    }
}
