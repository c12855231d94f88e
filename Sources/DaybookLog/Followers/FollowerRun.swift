// Keeps one view up to date, a step at a time. Each step finds out anew where it stands, so whatever happened since the
// last one (the owner died, somebody deleted the folder, the log was restored) needs no word of its own:
//
//     not the owner            → try to be, else wait
//     the files are others now → let go of them, and begin again
//     the view is not to be believed, or of another log → throw it away
//     a tenant was erased since its first batch         → throw it away
//     otherwise                → post the next batch
//
// A batch is one transaction on the view: rows, cursor and the head of the log go together. The snapshot of the log is
// let go of before the view's commit and lasts a quarter of a second at most. A view never reads from the disk what it
// could lose, so nothing is flushed.

internal import DaybookLMDB
package import DaybookModel

/// One follower at work. Not Sendable: one thread takes the steps.
package final class FollowerRun {
    package enum Step: Equatable, Sendable {
        /// Another process keeps the view up to date.
        case waiting
        /// There is more to post.
        case behind
        /// All of the log is in the rows.
        case caughtUp
    }

    package let id: ViewID
    /// The last event that is in the rows, as far as this process has put it there.
    package private(set) var position: SequenceNumber = 0
    private let type: any Follower.Type
    private let views: Views
    private let view: View
    private let batchEvents: Int
    private var ownership: ViewOwnership?
    private var nextRetirementNanoseconds: UInt64 = 0

    package static let batchEventsMin = 4_096
    package static let diskFreeBytesMin = 32 << 20
    package static let retirementNanoseconds: UInt64 = 5_000_000_000

    /// Older versions are looked for once so long at most.
    private let retirementNanoseconds: UInt64
    /// A view stops before it takes the last of the disk from the log.
    private let diskFreeBytesMin: Int

    package init(
        _ type: any Follower.Type, _ views: Views, batchEvents: Int = batchEventsMin,
        retirementNanoseconds: UInt64 = retirementNanoseconds, diskFreeBytesMin: Int = diskFreeBytesMin
    ) throws(LogError) {
        id = try ViewID(of: type)
        self.type = type
        self.views = views
        self.batchEvents = batchEvents
        self.retirementNanoseconds = retirementNanoseconds
        self.diskFreeBytesMin = diskFreeBytesMin
        view = views.view(id)
    }

    package func step() throws -> Step {
        guard try own() else { return .waiting }
        do {
            let (next, last) = try post(try view.forOwner())
            position = next
            guard next == last else { return .behind }
            try retireOlderVersions()
            return .caughtUp
        } catch is ViewGone {
            return .behind
        } catch is OtherLog {
            try view.discard()
            return .behind
        } catch is RowsErased {
            try view.discard()
            return .behind
        } catch let error as LMDBError {
            try overcome(error)
            return .behind
        } catch let damage as ViewDamage {
            try overcome(damage.error)
            return .behind
        }
    }

    /// Writes down why this follower stops, for whoever looks at the view.
    package func note(_ failure: any Error) {
        guard ownership != nil, let open = try? view.forOwner() else { return }
        _ = try? open.environment.write { try ViewFailure.write("\(failure)", $0.handle, open) }
    }

    /// Lets another process go on.
    package func end() {
        view.close()
        ownership = nil
    }

    /// Whether this process keeps the view up to date, from now on if nobody else does.
    private func own() throws -> Bool {
        if let ownership {
            let found = try views.home.status(of: ViewHome.File.owner, in: id)
            if ownership.file.isSame(as: found) { return true }
            end()
        }
        let folder = try views.home.makeFolder(of: id)
        let taken = try views.home.alone { () throws(LogError) in
            try ViewOwnership.take(in: folder, for: views.home.owner)
        }
        ownership = taken ?? nil
        return ownership != nil
    }

    private func overcome(_ error: LMDBError) throws {
        guard error.condemnsView else { throw LogError(error, doing: "keep the view \(id) up to date") }
        try view.discard()
    }

    // MARK: A batch

    /// The log is not the one that the rows were made from.
    private struct OtherLog: Error {}

    /// Posts the next events in one transaction, and says how far that is, and how far the log.
    private func post(_ open: OpenView) throws -> (next: SequenceNumber, last: SequenceNumber) {
        guard DiskSpace.freeBytes(views.home.store.path) >= diskFreeBytesMin else {
            throw LogError(
                .diskFull, "The view \(id) waits until the disk has room: what is left belongs to the log.")
        }
        return try open.environment.write { transaction in
            let handle = transaction.handle
            let cursor = try ViewCursor.read(handle, open)
            let isFirst = cursor.sequence == 0
            var begun = isFirst ? 0 : try ViewBeginning.read(handle, open)
            let pending = PendingRows(StoredRows(handle: handle, database: open.rows))
            let (next, last) = try views.log.read { log in
                guard try cursor.isOn(log) else { throw OtherLog() }
                let last = try log.last
                if isFirst { begun = last }
                let batch = FollowerBatch(log: log, id: id, begun: begun, eventsMin: batchEvents)
                return (try type.post(batch, after: cursor, to: pending), last)
            }
            guard next != cursor else { return (next.sequence, last) }
            try pending.flush()
            try next.write(handle, open)
            if isFirst { try ViewBeginning.write(begun, handle, open) }
            try ViewFailure.write(nil, handle, open)
            return (next.sequence, last)
        }
    }

    // MARK: Older versions

    /// Removes the views of this follower's older versions once nobody keeps them up to date any more.
    private func retireOlderVersions() throws {
        let now = MonotonicClock.nowNanoseconds
        guard now >= nextRetirementNanoseconds else { return }
        nextRetirementNanoseconds = now + retirementNanoseconds
        for old in try views.home.list() where old.name == id.name && old.version < id.version {
            _ = try views.home.alone { () throws(LogError) in
                guard let folder = try views.home.folder(of: old),
                    // Held until the files are gone, so that nobody begins to use them meanwhile.
                    let ownership = try ViewOwnership.take(in: folder, for: views.home.owner)
                else { return }
                views.view(old).close()
                try views.home.remove(old, folder)
                withExtendedLifetime(ownership) {}
            }
        }
    }
}
