// A store says in which form it is, and a release writes only stores of its own form: two kinds of rules on one set of
// ledgers would be none. Bringing an older store into the form of this release is asked for, never done by the way.
//
// The log stays as it is. The ledgers are made anew from its first event, beside those in use, some rows in each
// transaction; then one commit puts them in force, says in `meta` what form the store has, and records that as an
// event. Whatever stops it before leaves the store as it was, and what was built is cleared away by the next
// attempt.

internal import DaybookLMDB
package import DaybookModel

extension StoreFolder {
    /// What an upgrade of the store at `path` would do. Changes nothing, and others may have it open.
    package static func upgradePlan(
        _ path: String, program: String, options: Options = Options()
    ) throws(LogError) -> UpgradePlan {
        let opening = try StoreFolderOpening(path: path, access: .readOnly, program: program, options: options)
        return try Upgrade.withFolder(opening) { (folder, _) throws(LogError) in
            do {
                let files = StoreFiles(folder: folder, options: options)
                return try Upgrade.plan(files)
            } catch {
                throw LogError(error, doing: "look at the store in \(path)")
            }
        }
    }

    /// Brings the store at `path` into the form of this release. Refused while any process has it open; whoever opens
    /// it meanwhile waits. `step` is asked at each step with its number, for tests that end the process there.
    package static func upgrade(
        _ path: String, program: String, by actor: Actor, reason: String = "", options: Options = Options(),
        _ control: CopyControl = CopyControl(), step: @escaping (Int) throws -> Void = { _ in }
    ) throws(LogError) -> UpgradeSummary {
        let opening = try StoreFolderOpening(
            path: path, access: .readWrite(createIfMissing: false), program: program, options: options)
        return try Upgrade.withFolder(opening) { (folder, owner) throws(LogError) in
            let files = StoreFiles(folder: folder, options: options)
            do {
                let plan = try Upgrade.plan(files)
                if let obstacle = plan.obstacle(path) { throw obstacle }
                guard plan.isNeeded || plan.hasRemains, plan.openedBy.isEmpty else {
                    return UpgradeSummary(from: plan.from, to: plan.to, rows: 0, event: nil)
                }
                let environment = try files.openBesideLedgers(.readWrite)
                defer { environment.close() }
                try owner.take([StoreFile.lock], in: folder)
                let upgrade = Upgrade(
                    environment: environment, path: path, plan: plan, actor: actor, reason: reason,
                    now: opening.host.now, control: control, step: step)
                let summary = try upgrade.run()
                // One that cannot be taken away is passed over, as of other ledgers.
                if summary.event != nil {
                    try? SnapshotShelf(store: folder, identity: [], effectiveUser: opening.host.effectiveUser).clear()
                }
                return summary
            } catch {
                throw LogError(error, doing: "upgrade \(path)")
            }
        }
    }
}

private struct Upgrade {
    let environment: LMDBEnvironment
    let path: String
    let plan: UpgradePlan
    let actor: Actor
    let reason: String
    let now: () -> Instant
    let control: CopyControl
    let step: (Int) throws -> Void

    /// Runs `body` while nobody can open the folder.
    static func withFolder<R>(
        _ opening: StoreFolderOpening, _ body: (FolderDescriptor, StoreOwner) throws(LogError) -> R
    ) throws(LogError) -> R {
        let folder = try FolderDescriptor(opening: opening.path)
        let place = try OpenFolders.take(folder)
        defer { withExtendedLifetime(place) {} }
        let user = try FolderInspection(folder: folder, host: opening.host).owner()
        let owner = StoreOwner(user: user, isSomebodyElse: user != opening.host.effectiveUser)
        return try FolderLock.with(folder, patienceMilliseconds: opening.options.patienceMilliseconds) {
            () throws(LogError) in
            try FolderState.of(folder).requireOpenable(opening.access, opening.path)
            guard try folder.status(of: StoreFile.identity) != nil else {
                throw LogError(
                    .unusable, "The making of the store in \(opening.path) was interrupted. Run `daybook init`.")
            }
            return try body(folder, owner)
        }
    }

    static func plan(_ files: StoreFiles) throws -> UpgradePlan {
        let environment = try files.openBesideLedgers(.readOnly)
        defer { environment.close() }
        let parts = try files.requireOneStore(environment, .readOnly, nil)
        guard let meta = try MetaRows.read(from: environment) else {
            throw LogError(.damaged, "\(files.folder.path)/data.mdb does not name its format. See `daybook recover`.")
        }
        let beside = try LogDatabases(environment, .beside)
        let remains = try environment.read { transaction in
            try beside.foundLedgers.contains { try transaction.count($0) > 0 }
        }
        var openedBy: [FoundPresence] = []
        if try files.folder.status(of: StoreFile.processes) != nil {
            let processes = try files.folder.existingFolder(StoreFile.processes)
            openedBy = try PresenceListing(folder: processes).all().filter(\.isAlive)
        }
        return UpgradePlan(
            from: meta.versions, to: files.options.versions,
            missing: LogDatabases.ledgers.filter { environment.database($0) == nil },
            last: try parts.storage.read { try $0.last }, hasRemains: remains, openedBy: openedBy)
    }

    func run() throws -> UpgradeSummary {
        let beside = try LogDatabases(environment, .beside)
        try step(0)
        try clear(beside)
        guard plan.isNeeded else { return UpgradeSummary(from: plan.from, to: plan.to, rows: 0, event: nil) }
        // The ledgers in use are another release's, whatever they say: nothing of them is believed.
        let inUse = try LogDatabases(environment, problem: LogError(.unusable, "The ledgers are being made anew."))
        let making = LedgerMaking(
            source: LMDBStorage(environment, inUse, turnstile: nil),
            target: LMDBStorage(environment, beside, turnstile: nil), beside: beside, control: control, step: step)
        let made: LedgerMaking.Made
        do {
            made = try making.run()
        } catch let error as LogError {
            // What cannot be cleared now is cleared by the next attempt; the reason for this one's end says more.
            try? clear(beside)
            throw error
        }
        try step(3)
        let event = try putInForce(made, LogWriter(making.target))
        try step(4)
        try clear(inUse)
        return UpgradeSummary(from: plan.from, to: plan.to, rows: made.rows, event: event)
    }

    private func putInForce(_ made: LedgerMaking.Made, _ writer: LogWriter) throws -> SequenceNumber {
        guard var meta = try MetaRows.read(from: environment) else {
            throw LogError(.damaged, "\(path)/data.mdb does not name its format. See `daybook recover`.")
        }
        (meta.format, meta.ledgers, meta.trees) = (plan.to.format, plan.to.ledgers, 1 - meta.trees)
        let what = StoreVersions.upgradeText(from: plan.from, to: plan.to)
        return try writer.turn(now: now()) { turn in
            guard turn.last == made.last else {
                throw LogError(.headMoved, "Somebody wrote to \(path) during its upgrade. Stop him, then upgrade.")
            }
            turn.transaction.ledgerDigest = made.digest
            try meta.write(to: turn.transaction)
            return try turn.record(
                Event(
                    time: turn.now, actor: actor,
                    body: .rebuilt(rows: made.rows, reason: reason.isEmpty ? what : "\(what): \(reason)")))
        }
    }

    /// Takes out all rows of ledgers that are not in use, a database at a time.
    private func clear(_ databases: LogDatabases) throws {
        for database in databases.foundLedgers {
            guard try environment.read({ try $0.count(database) }) > 0 else { continue }
            try environment.write { try $0.clear(database) }
            try step(1)
        }
    }
}
