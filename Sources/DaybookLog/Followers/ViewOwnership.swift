// A view has one process that keeps it up to date: the one that holds a record lock on the file `owner`. The kernel
// gives the lock back when the process ends, however it ends, and the next one that tries gets it.
//
// The lock also goes when its process closes any descriptor of the file. So within a process everything that opens such
// a file goes through one list of those that are held, and leaves those alone.

internal import CDaybookPlatform
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// That this process keeps a view up to date, until the end of its life.
final class ViewOwnership: Sendable {
    private struct File: Hashable {
        let device: UInt64
        let number: UInt64

        init(_ status: EntryStatus) {
            device = status.device
            number = status.number
        }
    }

    private static let held = Mutex<Set<File>>([])

    /// The file `owner` as it was locked.
    let file: EntryStatus
    private let descriptor: Mutex<FileDescriptor?>

    private init(_ file: EntryStatus, _ descriptor: consuming FileDescriptor) {
        self.file = file
        self.descriptor = Mutex(consume descriptor)
    }

    deinit {
        ViewOwnership.held.withLock { held in
            descriptor.withLock { $0 = nil }
            held.remove(File(file))
        }
    }

    /// Takes the place in a view's folder; nil if another process, or this one, has it. The caller has seen to it that
    /// nobody else makes the file at this moment.
    static func take(in folder: FolderDescriptor, for owner: StoreOwner) throws(LogError) -> ViewOwnership? {
        try held.withLock { (held) throws(LogError) in
            let found = try folder.status(of: ViewHome.File.owner)
            if let found, held.contains(File(found)) { return nil }
            let descriptor = try folder.openFile(ViewHome.File.owner, found == nil ? .toMake : .toChange)
            if found == nil { try owner.take([ViewHome.File.owner], in: folder) }
            switch daybook_record_lock_try(descriptor.number) {
            case 0: break
            case EAGAIN, EACCES: return nil
            case let code: throw LogError(errno: code, doing: "lock \(descriptor.path)")
            }
            let file = try descriptor.status()
            // Removed since it was opened: the lock is on a file that nobody will find.
            guard file.isSame(as: try folder.status(of: ViewHome.File.owner)) else { return nil }
            held.insert(File(file))
            return ViewOwnership(file, descriptor)
        }
    }

    /// The pid of the process that keeps the view in `folder` up to date; nil if none does.
    static func holder(in folder: FolderDescriptor) throws(LogError) -> Int32? {
        try held.withLock { (held) throws(LogError) in
            guard let found = try folder.status(of: ViewHome.File.owner) else { return nil }
            if held.contains(File(found)) { return getpid() }
            let descriptor = try folder.openFile(ViewHome.File.owner, .toRead)
            var holder: pid_t = 0
            var isHeld: Int32 = 0
            let code = daybook_record_lock_holder(descriptor.number, &holder, &isHeld)
            guard code == 0 else { throw LogError(errno: code, doing: "look for the lock of \(descriptor.path)") }
            return isHeld == 0 ? nil : holder
        }
    }
}
