import Daybook
import DaybookLog
import DaybookModel

/// What the doctor sees of a store that can be opened.
struct StoreCheck {
    private let store: CommandStore
    private let facts: StoreFacts
    /// Whether archives are read whole.
    private let readsArchives: Bool

    init(_ store: CommandStore, readsArchives: Bool) throws {
        self.store = store
        self.readsArchives = readsArchives
        facts = try store.facts()
    }

    func remarks() throws -> [DoctorRemark] {
        if let problem = store.ledgersProblem {
            return [identity, DoctorRemark("versions", .problem, problem.description)] + facts.remarks
                + (try processes()) + [try clock()]
        }
        return [identity, versions] + (try strangers()) + facts.remarks + (try processes()) + [try clock()]
            + (try archives()) + (try views()) + (try store.keyRemarks()) + (try recurring()) + (try origin())
            + (try unsealedBatches()) + (try alerts()) + (try store.remains())
    }

    /// Recurring jobs that cannot be followed: some by name, and how many more there are.
    private func recurring() throws -> [DoctorRemark] {
        var planner = RecurringPlanner(Zones())
        let broken = try store.read { try RecurringStatus.all(withRemoved: false, &planner, in: $0) }.compactMap {
            status -> DoctorRemark? in
            guard case .broken(let why) = status.standing else { return nil }
            return DoctorRemark("recurring", .problem, "recurring job \(status.id) is broken and does not fire: \(why)")
        }
        let more = broken.count - StoreCheck.recurringMax
        guard more > 0 else { return broken }
        return broken.prefix(StoreCheck.recurringMax) + [
            DoctorRemark(
                "recurring", .problem, "\(more) more recurring jobs are broken: `daybook recurring list` shows them")
        ]
    }

    private static let recurringMax = 10

    /// Open batches that seem to have been forgotten: some by number, and how many more there are.
    private func unsealedBatches() throws -> [DoctorRemark] {
        let longAgo = store.now.advanced(microseconds: -StoreCheck.dayMicroseconds)
        let found = try store.read { try UnsealedBatch.all(withoutChangeSince: longAgo, in: $0) }
        let remarks = found.prefix(StoreCheck.batchesMax).map { batch in
            let name = batch.record.name.isEmpty ? "" : ", \(batch.record.name),"
            return DoctorRemark(
                "batches", .note,
                "batch \(batch.number)\(name) is open and nothing has come to it since \(batch.lastChange.forPeople): "
                    + "what waits for its end waits until somebody seals it, `daybook batches seal \(batch.number)`, "
                    + "or cancels it")
        }
        let more = found.count - remarks.count
        guard more > 0 else { return Array(remarks) }
        return remarks + [
            DoctorRemark("batches", .note, "\(more) more batches are open like that: see `daybook batches list`")
        ]
    }

    private static let batchesMax = 10
    private static let dayMicroseconds: Int64 = 86_400_000_000

    /// The log goes on without its archives, which may be kept elsewhere; that one is not what it was is no choice.
    private func archives() throws -> [DoctorRemark] {
        let archives = try store.archives(byDigest: readsArchives)
        guard let last = archives.last else { return [] }
        let bad = archives.filter { $0.state != .there }
        guard !bad.isEmpty else {
            let whole = readsArchives ? "each is what was archived" : "`--full` reads them"
            return [
                DoctorRemark(
                    "archives", .fine,
                    "events 1 to \(last.record.last) are in \(archives.count) archives, which are there; \(whole)")
            ]
        }
        let remarks = bad.prefix(StoreCheck.archivesMax).map {
            DoctorRemark("archives", $0.state == .missing ? .note : .problem, $0.remark)
        }
        let more = bad.count - remarks.count
        guard more > 0 else { return remarks }
        let worst = bad.contains { $0.state == .damaged } ? DoctorRemark.Kind.problem : .note
        return remarks + [
            DoctorRemark("archives", worst, "\(more) more archives are missing or damaged: see `daybook log archives`")
        ]
    }

    private static let archivesMax = 10

    private func alerts() throws -> [DoctorRemark] {
        try store.alerts().map { DoctorRemark("alerts", .problem, $0.sentence) }
    }

    private func views() throws -> [DoctorRemark] {
        try store.views().map { view in
            DoctorRemark("views", view.failure == nil ? .fine : .problem, "view \(view.sentence)")
        }
    }

    /// Where the log comes from, if not from here.
    private func origin() throws -> [DoctorRemark] {
        var remarks: [DoctorRemark] = []
        if let ancestry = try store.ancestry(), !ancestry.origin.isEmpty {
            remarks.append(
                DoctorRemark(
                    "forked", .note,
                    "forked from the store \(ancestry.origin) behind its event \(ancestry.last): jobs that were "
                        + "unfinished then are here and there, and what they do to the world would be done twice"))
        } else if let head = try store.ancestry()?.previousHead.withUnsafeBytes({ Hash($0) }) {
            remarks.append(
                DoctorRemark(
                    "recovered", .note,
                    "recovered from a damaged store whose log had the head \(head.hex); `daybook log verify` "
                        + "counts what "
                        + "is missing, and a job whose end is among it may run twice"))
            remarks += try setAsideJobs()
        }
        guard let epoch = try store.epoch() else { return remarks }
        let jobs = epoch.newest.map { "\($0)" }.joined(separator: ", ")
        let more = epoch.untouched > UInt64(epoch.newest.count) ? ", …" : ""
        let twice =
            epoch.untouched == 0
            ? "every job of that backup has moved on since"
            : "\(epoch.untouched) jobs that were unfinished then may have run since the backup was made, and would run "
                + "twice: \(jobs)\(more)"
        return remarks + [
            DoctorRemark(
                "restored", .note,
                "restored from a backup at \(epoch.time.forPeople) (event \(epoch.event)); what came behind event "
                    + "\(epoch.last) of the old log is lost. \(numbers(epoch)); \(twice)")
        ]
    }

    private func setAsideJobs() throws -> [DoctorRemark] {
        let found = try store.setAsideJobs()
        guard found.count > 0 else { return [] }
        let more = found.count > UInt64(found.first.count) ? ", …" : ""
        let jobs = found.first.map { "\($0)" }.joined(separator: ", ") + more
        return [
            DoctorRemark(
                "recovered", .note,
                "\(found.count) jobs wait for a person, since what became of them is lost: \(jobs); `daybook jobs "
                    + "requeue` lets them run, `daybook jobs cancel` ends them")
        ]
    }

    private func numbers(_ epoch: EpochStanding) -> String {
        let reused = "a number behind \(epoch.leftOutThrough) that was handed out before may name another job now"
        guard epoch.leftOutThrough > epoch.last else { return reused }
        return
            "Numbers \(epoch.last + 1) to \(epoch.leftOutThrough) were left out, so whoever holds one of them finds no "
            + "job; \(reused)"
    }

    private var identity: DoctorRemark {
        DoctorRemark("identity", .fine, "store \(store.identityText); identity, data.mdb and the log agree on it")
    }

    private var versions: DoctorRemark {
        DoctorRemark(
            "versions", .fine,
            "\(Version.program), format \(facts.format), ledgers \(facts.ledgersVersion), LMDB \(facts.libraryVersion)")
    }

    private func strangers() throws -> [DoctorRemark] {
        try store.stranger().map { [DoctorRemark("versions", .problem, $0.sentence)] } ?? []
    }

    private func processes() throws -> [DoctorRemark] {
        let others = try store.otherProcesses()
        var remarks = others.filter(\.isAlive).map { found in
            DoctorRemark(
                "processes", found.stranger == nil ? .fine : .problem,
                found.sentence ?? "a process that \(found.name) stands for, of a later release")
        }
        let dead = others.filter { !$0.isAlive }
        if !dead.isEmpty {
            remarks.append(
                DoctorRemark(
                    "processes", .note,
                    "\(dead.count) died with the store open; the next worker to start returns what they had claimed"))
        }
        return remarks.isEmpty ? [DoctorRemark("processes", .fine, "nobody else has the store open")] : remarks
    }

    private func clock() throws -> DoctorRemark {
        let newest = try store.read { snapshot in
            try snapshot.event(try snapshot.last) { try EventHead($0, at: try snapshot.last).time }
        }
        guard let newest else { return DoctorRemark("clock", .note, "the log is empty") }
        let ahead = newest.microseconds - store.now.microseconds
        guard ahead <= 1_000_000 else {
            return DoctorRemark(
                "clock", .problem,
                "the newest event says \(newest.forPeople), \(ahead / 1_000_000) s from now: this machine's clock is "
                    + "behind, or was ahead; check it"
            )
        }
        return DoctorRemark("clock", .fine, "the newest event is from \(newest.forPeople)")
    }
}
