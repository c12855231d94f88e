// A store that is restored goes on from a point in the past, and what happened after the backup is lost: jobs that were
// finished since may run twice, and numbers that were handed out since name nothing any more. So a restored log says so
// in an event of its own, which names the head that it goes on from and begins an epoch: `restored`. Numbers that may
// have been handed out are left out; see `LostNumbers`.
//
// What was running when the backup was made is given back, since none of those processes has this folder open.

internal import DaybookLMDB
package import DaybookModel

/// What became of a backup.
package struct RestoreSummary: Equatable, Sendable {
    package let copy: CopySummary
    /// The event that begins the epoch.
    package let event: SequenceNumber
    /// Jobs that were running when the backup was made.
    package let interrupted: UInt64
    /// Numbers that are given to nothing, since the lost store may have handed them out.
    package let leftOut: ClosedRange<SequenceNumber>?
    /// Whether it is known that it handed out none behind those.
    package let isEndKnown: Bool
}

extension StoreFolder {
    /// Makes a store at `path`, where there must be none, of the backup at `backup`.
    ///
    /// Numbers that the lost store may have handed out are left out, so that none of them ever names two things. Who
    /// knows how far it had come says so with `handedOut`; `lost` is its folder, if anything is left of it.
    package static func restore(
        at path: String, from backup: String, handedOut: SequenceNumber? = nil, lost: String? = nil,
        mayLackArchives: Bool = false, program: String, options: Options = Options(),
        _ control: CopyControl = CopyControl()
    ) throws(LogError) -> RestoreSummary {
        _ = try FolderDescriptor(opening: backup, isSource: true)
        try OutsideFolder.require(path, of: backup, why: "is lost with that")
        let source = try StoreFolder.open(backup, .readOnly, program: program, options: options)
        defer { source.close() }
        do {
            try source.storage.requireNothingStrange()
        } catch {
            throw LogError(error, doing: "restore \(backup)")
        }
        return try StoreBuilding.make(
            at: path, program: program, options: options, action: "restore", durability: .scratch
        ) { environment, host in
            let pace = CopyPace(nil)
            let copy = StoreCopy(
                source: source.storage.environment, target: environment, control: control, pace: pace, flush: {})
            let last = try copy.run()
            let archivesLeftOut = try source.storage.copyArchives(
                to: try FolderDescriptor(opening: environment.directory), mayLackSome: mayLackArchives, control)
            let remains = try lost.map { try LostStore(in: $0, of: source.identity, control) }
            let numbers = try source.storage.read {
                try LostNumbers(behind: last, of: $0, handedOut: handedOut, lost: remains, at: host.now())
            }
            let storage = try LMDBStorage(environment)
            let epoch = Epoch(storage: storage, last: last, program: program, host: host, control: control)
            let (event, interrupted) = try epoch.begin(leavingOutThrough: numbers.end)
            let report = try CopyCheck(control: control, pace: pace).verify(storage)
            let summary = CopySummary(
                report, identity: source.identity, byteCount: try environment.usedBytes(),
                archivesLeftOut: archivesLeftOut)
            let restored = RestoreSummary(
                copy: summary, event: event, interrupted: interrupted,
                leftOut: numbers.end > last ? last + 1...numbers.end : nil, isEndKnown: numbers.isKnown)
            return (restored, source.identity)
        }
    }
}
