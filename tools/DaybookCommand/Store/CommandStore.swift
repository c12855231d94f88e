import DaybookLog
import DaybookModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The store as commands see it: snapshots to read, commands to perform. The one place that knows what stands behind
/// that.
final class CommandStore {
    private let folder: StoreFolder
    private let writer: LogWriter
    private let host: HostFacts
    /// What makes it quick to go back; not for a store that is gone when the command ends.
    private let snapshots: SnapshotShelf?

    /// Opens the store for reading; it has to be there. `folder` is another one than the call names.
    static func reading(_ context: CommandContext, in folder: String? = nil) throws -> CommandStore {
        try CommandStore(folder ?? context.folder, context.log, .readOnly, keepsSnapshots: folder == nil)
    }

    /// Opens the store for writing; it has to be there.
    static func changing(_ context: CommandContext) throws -> CommandStore {
        try CommandStore(context.folder, context.log, .readWrite(createIfMissing: false))
    }

    /// Opens the store for writing, and makes it if it is not there.
    static func writing(_ context: CommandContext) throws -> CommandStore {
        try CommandStore(context.folder, context.log, .readWrite(createIfMissing: true))
    }

    private init(
        _ path: String, _ log: StandardError, _ access: StoreFolder.Access, keepsSnapshots: Bool = true
    ) throws {
        CrashGuard.storeIsOpen(path)
        host = try HostFacts.real()
        var options = StoreFolder.Options()
        options.writerBlocked = { log.log(.warning, $0.description) }
        folder = try StoreFolder.open(path, access, program: Version.program, options: options)
        writer = LogWriter(folder.storage)
        // Those that are there hold rows of the same form as the ledgers.
        snapshots = keepsSnapshots && folder.storage.ledgersProblem == nil ? folder.snapshots : nil
        log.log(.debug, "opened the store in \(path)")
    }

    var path: String { folder.path }
    var storage: any LogStorage { folder.storage }
    var identityText: String { folder.identity.withUnsafeBytes { Hexadecimal.text($0) } }

    func close() { folder.close() }

    // MARK: Reading

    /// The state at a point of the log: at its end folded from the first event, else from the last snapshot before.
    func replay(
        to point: ReplayPoint, limits: FoldLedgers.Limits = FoldLedgers.Limits(), _ context: CommandContext
    ) throws -> Replay {
        let progress = Progress(context.log)
        defer { progress.end() }
        // What the log comes to today is asked for by whoever holds the ledgers against it.
        let snapshots = point == .end ? nil : snapshots
        let replay = Replay(folder.storage, limits: limits, snapshots: snapshots) { progress.update($0) }
        try replay.advance(to: point)
        return replay
    }

    /// The store as it was at a point of the log.
    func past(at point: ReplayPoint, _ context: CommandContext) throws -> PastStorage {
        let progress = Progress(context.log)
        defer { progress.end() }
        return try PastStorage(folder.storage, at: point, snapshots: snapshots) { progress.update($0) }
    }

    func check(_ context: CommandContext) throws -> LedgerCheck.Result {
        let progress = Progress(context.log)
        defer { progress.end() }
        return try LedgerCheck(folder.storage) { progress.update($0) }.run()
    }

    /// How the recorded load would have been worked off under another policy.
    func whatIf(_ policy: WhatIf, seed: UInt64, _ context: CommandContext) throws -> WhatIfReport {
        let progress = Progress(context.log)
        defer { progress.end() }
        return try WhatIfReport(of: folder.storage, policy, seed: seed) { progress.update($0, $1, of: $2) }
    }

    /// Writes events as lines of JSON, in chunks of whole lines.
    func export(
        from first: SequenceNumber, to last: SequenceNumber? = nil, redacted: Bool = false, opened: Bool = false,
        _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let storage: any LogStorage = opened ? folder.opened : folder.storage
        try LogExporter(storage).export(from: first, to: last, redacted: redacted, sink)
    }

    /// How many commits were made so far, as far as the processes of the store tell each other.
    var commits: UInt32 { folder.wake?.commits ?? 0 }

    /// Waits, at most so long, until there were more commits than `seen`. On a read-only file system nobody commits.
    func waitForCommit(after seen: UInt32, milliseconds: Int) {
        if let wake = folder.wake {
            _ = wake.waitForCommit(after: seen, timeoutNanoseconds: UInt64(milliseconds) * 1_000_000)
        } else {
            Descriptor.waitUntilUnread(STDOUT_FILENO, milliseconds: Int32(milliseconds))
        }
    }

    /// Progress may be told by several threads at once.
    func verify(_ options: LogVerifier.Options, progress: @escaping @Sendable (ReadProgress) -> Void) -> VerifyReport {
        LogVerifier(folder.storage, options, progress: progress).verify()
    }

    func rebuild(_ context: CommandContext, reason: String) throws -> LedgerRebuild.Result {
        let progress = Progress(context.log)
        defer { progress.end() }
        return try LedgerRebuild(folder.storage) { progress.update($0) }.run(now: now, by: person, reason: reason)
    }

    func backUp(
        to destination: String, withKeys: Bool, mayLackArchives: Bool, _ control: CopyControl
    ) throws -> CopySummary {
        try folder.backUp(to: destination, withKeys: withKeys, mayLackArchives: mayLackArchives, control)
    }

    /// Says on standard error what a store lacks that was made of another, before anybody can read what is in it.
    static func tellOfMissingKeys(_ path: String, _ context: CommandContext) {
        guard let sentence = try? StoreFolder.missingKeys(at: path, program: Version.program) else { return }
        context.log.log(.warning, "\(path): \(sentence)")
    }

    /// The first event, if it says that the log goes on from another one.
    func ancestry() throws -> Genesis? {
        try read { snapshot in
            guard let event = try snapshot.event(1, { try Event($0, at: 1) }), case .genesis(let genesis) = event.body,
                genesis.value.previousHead.count == Hash.byteCount
            else { return nil }
            return genesis.value
        }
    }

    /// What is to be known if the store was restored from a backup.
    func epoch() throws -> EpochStanding? { try EpochStanding(folder.storage) }

    /// Jobs of a recovered store that wait for a person.
    func setAsideJobs() throws -> SetAsideJobs { try read { try SetAsideJobs(in: $0) } }

    /// What is wrong at present, as those say who watch.
    func alerts() throws -> [OpenAlerts.Episode] { try OpenAlerts(folder.storage).episodes }

    /// What was being made in the folder when something stopped it.
    func remains() throws -> [StoreRemark] { try folder.remains() }

    func facts() throws -> StoreFacts { try folder.facts() }

    /// What is wrong with the keys, if payloads are encrypted.
    func keyRemarks() throws -> [StoreRemark] { try KeyCheck(folder).remarks() }

    /// Why the ledgers cannot be read as they stand, though the log can; nil if they can.
    var ledgersProblem: LogError? { folder.storage.ledgersProblem }

    /// An event that this release does not understand: one that somebody met before, or among the newest.
    func stranger() throws -> StrangeEvent? { try read { try StrangeEvent.newest(in: $0) } }

    /// The processes that have the store open, or died with it open, but this one.
    func otherProcesses() throws -> [FoundPresence] { try folder.others() }

    /// How the views of followers stand.
    func views() throws -> [ViewState] {
        let views = Views(of: folder, host: host)
        defer { views.close() }
        return try views.states()
    }

    func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R { try folder.opened.read(body) }

    /// Everything that happened to a job, but for what is in archives that are not there, of which a sentence tells;
    /// empty if there never was such a job.
    func history(of job: SequenceNumber, _ progress: Progress) throws -> (events: [LoggedEvent], missing: String?) {
        try folder.opened.historyAtHand(of: job) { progress.update("looking for events of job \(job)", $0, of: 0) }
    }

    func audit(_ filter: AuditFilter, _ progress: Progress, _ body: (AuditEntry) throws -> Bool) throws {
        try AuditTrail(folder.storage, filter) { progress.update("looking through events", $0, of: $1) }.forEach(body)
    }

    func causes(of job: SequenceNumber, _ context: CommandContext) throws -> CausalGraph {
        let progress = Progress(context.log)
        defer { progress.end() }
        return try CausalGraph(of: job, in: folder.storage) { progress.update("looking for effects", $0, of: $1) }
    }

    func checkpoint(signedBy key: CheckpointKey?) throws -> CheckpointText {
        guard let checkpoint = try CheckpointText.take(of: folder.storage, now: now, signedBy: key) else {
            throw LogError(.notFound, "The log is empty: there is nothing to vouch for yet.")
        }
        return checkpoint
    }

    func proof(
        of job: SequenceNumber, at checkpoint: CheckpointText, _ options: InclusionProof.Options
    ) throws -> InclusionProof {
        try InclusionProof(of: job, at: checkpoint, in: folder.storage, options)
    }

    func walk(_ filter: JobFilter) -> JobWalk { JobWalk(folder.opened, filter) }

    /// A job with everything that led to it, as one line of JSON, and why it cannot be run, if that is so.
    func bundle(of job: SequenceNumber, redacted: Bool) throws -> (line: [UInt8], closed: ClosedPayload?) {
        let writer = BundleWriter(folder.storage, redacted: redacted)
        return (try writer.line(of: job, now: now), try writer.closed(job))
    }

    // MARK: Retention

    /// Calls `body` with finished jobs whose time in the ledgers is over, some at a time.
    func forEachRetirable(_ body: ([SequenceNumber]) throws -> Void) throws {
        try folder.storage.forEachRetirable(now: now, body)
    }

    func archive(before bound: ArchiveBound, by actor: Actor, _ control: CopyControl) throws -> ArchiveSummary? {
        if let reserve = folder.reserve { try reserve.require(.new, byteCount: 4 << 20) }
        return try folder.archive(before: bound, by: actor, now: { [host] in host.now() }, control)
    }

    func archives(byDigest: Bool = false) throws -> [ArchiveStanding] { try folder.archives(byDigest: byDigest) }

    // MARK: Keys

    func beginEncryption(_ scope: Keyring.Scope, by person: Actor, reason: String) throws {
        try folder.encrypt(scope, from: nil, now: now, by: person, reason: reason)
    }

    func keys() throws -> [PayloadKey] { try folder.keys() }

    /// What is wrong with files of keys.
    func keyProblems() throws -> [String] { try folder.keyProblems() }

    func rotateKey(of tenant: String?, by person: Actor, reason: String) throws -> PayloadKey {
        try folder.rotateKey(of: tenant, now: now, by: person, reason: reason)
    }

    func erase(_ tenant: String, despiteHolds: Bool, by person: Actor, reason: String) throws -> Erasure {
        try folder.erase(tenant, despiteHolds: despiteHolds, now: now, by: person, reason: reason)
    }

    // MARK: Writing

    /// Performs all of the commands in one commit, and answers each once that is durable.
    func perform(_ commands: [Command]) throws -> [Answer] {
        try requireRoom(for: commands)
        var mayBeMore = false
        var answers = try writer.turn(now: host.now()) { turn in
            if commands.contains(where: \.isFurtherWork) { try turn.requireNothingStrange() }
            var answers: [Answer] = []
            answers.reserveCapacity(commands.count)
            for command in commands { answers.append(try turn.perform(command)) }
            mayBeMore = try turn.goOnTelling(limit: CommandStore.toldMax)
            return answers
        }
        while mayBeMore {
            try writer.turn(now: host.now()) { mayBeMore = try $0.goOnTelling(limit: CommandStore.toldMax) }
        }
        for (index, answer) in answers.enumerated() {
            guard case .refused(let refusal) = answer, refusal.code == .noSuchParent,
                case .enqueue(let job, let onConflict) = commands[index],
                let found = try [job].withEndsOfDeleted(in: folder.storage)
            else { continue }
            answers[index] = try writer.turn(now: host.now()) {
                try $0.perform(.enqueue(found[0], onConflict: onConflict))
            }
        }
        return answers
    }

    /// How many of those who wait for jobs that have ended are told in one commit, so that nobody else waits for long.
    private static let toldMax = 2_000

    /// A full disk is found out before a commit: in the middle of one it would leave the outcome open.
    private func requireRoom(for commands: [Command]) throws(LogError) {
        guard let reserve = folder.reserve else { return }
        let work: DiskReserve.Work = commands.contains(where: \.isNewWork) ? .new : .completing
        try reserve.require(work, byteCount: try reserve.worstCaseBytes(of: commands))
    }

    /// Performs one command; a refusal is thrown.
    func perform(_ command: Command) throws -> Answer {
        let answer = try perform([command])[0]
        if case .refused(let refusal) = answer { throw refusal }
        return answer
    }

    // MARK: What commands draw from their surroundings

    var now: Instant { host.now() }

    /// Whoever runs the command.
    var person: Actor { person(named: nil) }

    /// Whoever runs the command, under the name that they claim, if they claim one.
    func person(named name: String?) -> Actor { .person(name ?? host.user, client: client) }

    var client: String { "\(host.user)@\(host.host) \(Version.program)" }

    func randomNumber() throws(Failure) -> UInt64 {
        do throws(LogError) {
            return try host.randomBytes(8).reduce(0) { $0 << 8 | UInt64($1) }
        } catch {
            throw Failure(error)
        }
    }
}
