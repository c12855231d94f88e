internal import DaybookLMDB
package import DaybookModel

/// What was saved of a damaged store.
package struct RecoverySummary: Equatable, Sendable {
    /// The store that was made, with an identity of its own.
    package let copy: CopySummary
    /// Events that were found and kept, but the first, which is new.
    package let kept: UInt64
    /// Numbers in whose place there is a gap.
    package let missing: UInt64
    /// Events of which two forms were found, one of them perhaps never committed.
    package let ambiguous: UInt64
    /// The head that the new log goes on from, as far as it was found, and the event that it belonged to.
    package let oldHead: Hash?
    package let oldLast: SequenceNumber
    /// Whether the file says how many events were committed. If not, the last ones may never have been.
    package let isEndKnown: Bool
    /// Jobs that seem to have been running, and were given back.
    package let interrupted: UInt64
    /// Of the missing events those that were found, but cannot have followed what was found before them.
    package let unfitting: UInt64
    /// Jobs whose creation is missing, and stands there again as the event has it that carried them on; and how many of
    /// them wait for a person, because nothing tells what became of them.
    package let recreated: UInt64
    package let setAside: UInt64
    /// Jobs that something is known of and that are not there.
    package let lost: LostJobs
    /// How the new store goes on encrypting, if what said so is missing.
    package let encryption: RecoveredEncryption?
    /// What people had set and is missing.
    package let lostSettings: LostSettings
    /// Archives that were left out, or are damaged or missing.
    package let archives: [ArchiveRemark]
    /// Why the newer format that the damaged store names was taken for damage; nil if it names none.
    package let passedOverFormat: PassedOverFormat?
}

extension StoreFolder {
    /// Makes a store at `path`, where there must be none, of everything that can be read of the damaged one at
    /// `damaged`, which is only read. The file is never mapped, and LMDB never sees it: damage is passed over.
    ///
    /// Where the file has lost its end, `handedOut` says which number is known to have been handed out: gaps reach to
    /// that one at least. With `despiteFormat` a newer format that the store names is damage, unless an event names it.
    package static func recover(
        at path: String, from damaged: String, handedOut: SequenceNumber = 0, despiteFormat: Bool = false,
        program: String, options: Options = Options(), _ control: CopyControl = CopyControl()
    ) throws(LogError) -> RecoverySummary {
        let source = try FolderDescriptor(opening: damaged, isSource: true)
        try requireNobodyWrites(source)
        let file = try damagedFile(in: damaged)
        try OutsideFolder.require(path, of: damaged, why: "is lost with that")
        return try StoreBuilding.make(
            at: path, program: program, options: options, action: "recover", durability: .scratch
        ) { environment, host in
            let ledgers = try DamagedLedgers(file, control)
            let witness = try FormatWitness(damaged, ledgers, options.versions, isOverruled: despiteFormat)
            let scavenged = try Scavenger(file, ledgers, control).run()
            let selection = try ArchiveSelection(in: source, file, scavenged, ledgers, control)
            guard !scavenged.pages.isEmpty || !selection.kept.isEmpty else {
                throw LogError(
                    .damaged, "No event can be read in \(damaged)/\(StoreFile.data). Put the store back from a backup.")
            }
            let end = scavenged.lastCommitted ?? scavenged.pages.map(\.last).max() ?? 0
            try LostNumbers.requireFew(
                handedOut, behind: max(end, selection.kept.compactMap(\.range?.upperBound).max() ?? 0))
            let identity = try host.randomBytes(16)
            let storage = try LMDBStorage(environment)
            // Jobs are carried on where something is archived, and nowhere else.
            let mayCarry = scavenged.carriesJobs || !selection.mentions.isEmpty || !selection.kept.isEmpty
            let carried =
                try mayCarry
                ? CarriedJobs(
                    FoundEvents(EventSource(file, scavenged.pages), selection.kept), end: end, control)
                : CarriedJobs()
            let recovery = Recovery(
                file: file, scavenged: scavenged, archives: selection.kept, carried: carried, storage: storage,
                program: program, host: host, identity: identity,
                control: control, oldHead: EventSource.lastSeal(file, scavenged.pages), handedOut: handedOut,
                witness: witness)
            var result = try recovery.run()
            let isWhole = result.isWhole && scavenged.lastCommitted != nil
            try result.witness?.conclude(isWhole: isWhole)
            try storage.write { try MetaRows(identity: identity).write(to: $0) }
            let writer = LogWriter(storage)
            let encryption = try RecoveredEncryption(
                goingOnIn: storage, writer, result.keys, ledgers, source, now: host.now())
            let setAside = try Reinstatement(
                storage: storage, writer: writer, ledgers: ledgers, now: host.now, control: control
            ).run(result.recreated, &result.lost)
            // Where the end is known and nothing is missing, there is nothing that it could have said.
            let mayHaveLost = result.missing > 0 || scavenged.lastCommitted == nil
            let lostSettings =
                mayHaveLost ? try storage.read { try LostSettings(ledgers, in: $0) } : LostSettings()
            let interrupted = try Homecoming(reason: "recovered from a damaged store: its process is not there").run(
                storage, LogWriter(storage), now: host.now, control)
            let report = try CopyCheck(control: control, pace: CopyPace(nil)).verify(storage)
            let copy = CopySummary(report, identity: identity, byteCount: try environment.usedBytes())
            let summary = RecoverySummary(
                copy: copy, kept: result.kept, missing: result.missing, ambiguous: result.ambiguous,
                oldHead: recovery.oldHead?.head, oldLast: recovery.oldHead?.last ?? 0,
                isEndKnown: scavenged.lastCommitted != nil, interrupted: interrupted, unfitting: result.unfitting,
                recreated: UInt64(result.recreated.count), setAside: setAside, lost: result.lost,
                encryption: encryption, lostSettings: lostSettings,
                archives: selection.remarks(missing: result.gaps), passedOverFormat: result.witness?.passedOver)
            return (summary, identity)
        }
    }

    static func damagedFile(in folder: String) throws(LogError) -> DamagedDataFile {
        do throws(LMDBError) {
            return try DamagedDataFile("\(folder)/\(StoreFile.data)")
        } catch {
            throw LogError(errno: error.code, doing: "open \(folder)/\(StoreFile.data)")
        }
    }

    static func requireNobodyWrites(_ folder: FolderDescriptor) throws(LogError) {
        // A folder that is damaged enough not to say who uses it is used by nobody.
        guard let processes = try? folder.existingFolder(StoreFile.processes),
            let found = try? PresenceListing(folder: processes).all(), let other = found.first(where: \.isAlive)
        else { return }
        let who = other.facts.map { "\($0.program) (pid \($0.processID))" } ?? "another process"
        throw LogError(
            .unusable, "\(who) has the store in \(folder.path) open. Stop that process first.")
    }
}
