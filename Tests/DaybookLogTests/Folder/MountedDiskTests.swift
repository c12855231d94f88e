import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

/// On file systems of their own, which only root can mount.
@Suite(.enabled(if: isRoot && runsEverything), .serialized) struct `On a disk of its own` {
    @Test func `a full disk refuses new work, lets begun work end, and goes on when there is room`() throws {
        try withDisk(megabytes: 12) { disk in
            fill("\(disk)/filler", leavingBytes: 8 << 20)
            let store = try StoreFolder.opened("\(disk)/store")
            defer { store.close() }
            let shop = Shop(store)
            #expect(try !store.facts().refusesNewWork)
            var jobs = 0
            while try shop.enqueue() != nil { jobs += 1 }
            try #require(jobs > 100)
            #expect(try store.facts().refusesNewWork)

            // Other things take what is left of the disk; what was secured stays ours.
            fill("\(disk)/rest")
            let claimed = try shop.claim(200)
            for job in claimed { #expect(try shop.finish(job)) }
            #expect(claimed.count == 200)
            #expect(try shop.enqueue() == nil)

            try empty("\(disk)/filler")
            try shop.enqueueSoon()
            #expect(try store.storage.read { try $0.last } == UInt64(1 + jobs + 2 * 200 + 1))
        }
    }

    @Test func `a store that was opened on a full disk is refused for writing and read all the same`() throws {
        try withDisk(megabytes: 4) { disk in
            let path = "\(disk)/store"
            try StoreFolder.opened(path).close()
            fill("\(disk)/filler")
            expectRefusal(path, .diskFull, "disk is full")
            #expect(try logLength(path) == 1)
            try empty("\(disk)/filler")
            try StoreFolder.opened(path).close()
        }
    }

    @Test func `no store is made on a full disk, and the next try makes it`() throws {
        try withDisk(megabytes: 4) { disk in
            let path = "\(disk)/store"
            for leftBytes in stride(from: 0, through: 128 << 10, by: 4 << 10) {
                fill("\(disk)/filler", leavingBytes: leftBytes)
                do throws(LogError) {
                    try StoreFolder.opened(path).close()
                } catch {
                    #expect(error.code == .diskFull || error.code == .unknownOutcome, "\(leftBytes): \(error)")
                }
                try empty("\(disk)/filler")
            }
            try StoreFolder.opened(path).close()
            #expect(try logLength(path) == 1)
        }
    }

    @Test func `a read-only file system is read without a trace and not written`() throws {
        try withDisk(megabytes: 4) { disk in
            let path = "\(disk)/store"
            try StoreFolder.opened(path).close()
            try run("mount", "-o", "remount,ro", disk)
            expectRefusal(path, .unusable, "read-only", access: .readWrite(createIfMissing: true))
            expectRefusal("\(disk)/other", .unusable, "read-only", access: .readWrite(createIfMissing: true))
            #expect(try logLength(path) == 1)
            let store = try StoreFolder.opened(path, .readOnly)
            #expect(store.presence == nil)
            #expect(store.wake == nil)
            store.close()
        }
    }

    @Test func `a read-only mount of what others write is refused`() throws {
        try withDisk(megabytes: 4) { disk in
            try StoreFolder.opened("\(disk)/store").close()
            try withTemporaryFolder { mirror in
                try run("mount", "--bind", disk, mirror)
                defer { _ = try? run("umount", mirror) }
                try run("mount", "-o", "remount,bind,ro", mirror)
                #expect(try logLength("\(mirror)/store") == 1)
                let child = try ChildProcess("hold", "\(disk)/store")
                try #require(child.line() == "ready")
                expectRefusal("\(mirror)/store", .unusable, "holder", "mounted read-only here", access: .readOnly)
            }
        }
    }
}

/// Enqueues, claims and finishes as an engine would, asking for room before each turn.
private struct Shop {
    let store: StoreFolder
    let writer: LogWriter
    var reserve: DiskReserve { store.reserve! }

    init(_ store: StoreFolder) {
        self.store = store
        writer = LogWriter(store.storage)
    }

    /// A job with 2,000 bytes; nil when new work is refused.
    func enqueue() throws -> SequenceNumber? {
        let arguments = String(repeating: "x", count: 2_000)
        let byteCount = try reserve.worstCaseBytes(commands: 1, byteCount: 2_200)
        guard try reserve.hasRoom(for: .new, byteCount: byteCount) else { return nil }
        let answer = try writer.perform(.enqueue(.example(arguments: arguments)))
        guard case .created(let job) = answer else { return nil }
        return job
    }

    /// Enqueues as soon as there is room, for which nothing has to be reset: the disk is only asked again after a
    /// while.
    func enqueueSoon() throws {
        let end = MonotonicClock.nowNanoseconds + 10_000_000_000
        while try enqueue() == nil { try #require(MonotonicClock.nowNanoseconds < end) }
    }

    func claim(_ count: Int) throws -> [Claimed] {
        let answer = try writer.perform(.claim(Claim(process: 1, queues: nil, slots: count)))
        guard case .claimed(let jobs) = answer else { return [] }
        return jobs
    }

    func finish(_ job: Claimed) throws -> Bool {
        let byteCount = try reserve.worstCaseBytes(commands: 1, byteCount: 200)
        guard try reserve.hasRoom(for: .completing, byteCount: byteCount) else { return false }
        let succeeded = Succeeded(ranMicroseconds: 5)
        let answer = try writer.perform(
            .finish(job: job.job, token: job.token, .succeeded(succeeded), actor: .process(1)))
        guard case .done = answer else { return false }
        return true
    }
}

func withDisk<R>(megabytes: Int, _ body: (String) throws -> R) throws -> R {
    try withTemporaryFolder { folder in
        try run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m,mode=700", "tmpfs", folder)
        defer { _ = try? run("umount", "-l", folder) }
        return try body(folder)
    }
}

private func run(_ command: String...) throws {
    let child = try ChildProcess(command: command)
    let status = child.wait()
    try #require(status == 0, "\(command): \(child.complaint())")
}

/// Gives back the space that a file takes. Removing it alone might not: a child that another test starts at that
/// instant has every descriptor that was open, until it is a program of its own.
func empty(_ path: String) throws {
    try #require(truncate(path, 0) == 0)
    try #require(unlink(path) == 0)
}

/// Writes a file until the disk is full, but for so many bytes.
func fill(_ path: String, leavingBytes: Int = 0) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    let page = [UInt8](repeating: 1, count: 4_096)
    var count = 0
    while write(descriptor, page, page.count) == page.count { count += page.count }
    ftruncate(descriptor, off_t(max(0, count - leavingBytes)))
}
