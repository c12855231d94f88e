// Each process that has a store open keeps a file in `processes/` for as long, and holds a POSIX record lock on it. The
// kernel gives the lock back when the process ends, however it ends, so a file without a lock is a process that is
// gone. The lock also goes when the process closes *any* descriptor of the file: it is opened exactly once, and whoever
// looks through the others' files leaves its own alone.

internal import CDaybookPlatform
package import DaybookModel
internal import Synchronization

/// This process, as the others that share the store see it.
package final class ProcessPresence: Sendable {
    package let facts: ProcessFacts
    /// The name of its file in `processes/`.
    package let name: String
    /// The head, and room for what the engine writes down of two thousand running jobs.
    static let byteCount = 32_768

    private let folder: FolderDescriptor
    let page: SharedPage
    private let file: Mutex<FileDescriptor?>
    private let isLeftToOthers = Atomic<Bool>(false)

    /// Shows this process. Called under the folder's lock, so that nobody takes the file for a dead one's before it is
    /// locked.
    init(_ facts: ProcessFacts, in folder: FolderDescriptor, owner: StoreOwner, host: HostFacts) throws(LogError) {
        let name = try host.randomBytes(8).withUnsafeBytes(Hexadecimal.text)
        let file = try folder.openFile(name, .toMake)
        do throws(LogError) {
            // All of the page is written, so that it has room on the disk before anything is stored through the
            // mapping.
            try file.write(facts.page + [UInt8](repeating: 0, count: ProcessPresence.byteCount - facts.page.count))
            try owner.take([name], in: folder)
            let code = daybook_record_lock_try(file.number)
            guard code == 0 else { throw LogError(errno: code, doing: "lock \(file.path)") }
            page = try SharedPage(mapping: file, byteCount: ProcessPresence.byteCount)
        } catch {
            try? folder.remove(name)
            throw error
        }
        self.facts = facts
        self.name = name
        self.folder = folder
        self.file = Mutex(consume file)
    }

    /// Says by which event the log knows this process. From then on its file outlives it until somebody has dealt with
    /// its death.
    package func register(event: SequenceNumber) {
        page.store64(event.littleEndian, at: ProcessFacts.eventOffset)
    }

    /// The engine's part of the file, for as long as the presence is held: what it writes there can be read when it is
    /// dead.
    package func withEnginePart<R>(_ body: (UnsafeMutableRawBufferPointer) throws -> R) rethrows -> R {
        try body(UnsafeMutableRawBufferPointer(rebasing: page.bytes[ProcessFacts.byteCount...]))
    }

    /// This process could not say goodbye in the log: its file is to outlive it, so that others take it for dead.
    package func leaveToOthers() { isLeftToOthers.store(true, ordering: .releasing) }

    /// Goes: the file first, then the lock.
    func end() {
        file.withLock { file in
            guard file != nil else { return }
            if !isLeftToOthers.load(ordering: .acquiring) { try? folder.remove(name) }
            file = nil
        }
    }

    deinit { end() }
}
