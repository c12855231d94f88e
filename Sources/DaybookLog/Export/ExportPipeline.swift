// Reading is quick and goes in order; hashing and writing lines takes most of the time and can be done for several
// blocks at once. So every thread does the same: take the next block from the log if nobody else is at it, turn it
// into lines, put it down. The caller's thread does that too, and hands out what is finished, in order. Without any
// other thread it does all of it.

internal import DaybookModel

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Sendable unchecked: everything that changes is guarded by `mutex`.
final class ExportPipeline: @unchecked Sendable {
    private let storage: any LogStorage
    private let first: SequenceNumber
    private let last: SequenceNumber
    private let isRedacted: Bool
    private let blocksMax: Int

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>

    // Guarded by the mutex.
    private var next: SequenceNumber
    private var nextIndex = 0
    private var isReading = false
    private var hasStopped = false
    private var failure: (index: Int, error: any Error)?
    private var finished: [Int: ExportBlock] = [:]
    private var idle: [ExportBlock] = []
    private var blocksMade = 0

    init(
        _ storage: any LogStorage, from first: SequenceNumber, through last: SequenceNumber, isRedacted: Bool,
        blocksMax: Int
    ) {
        self.storage = storage
        self.first = first
        self.last = last
        self.isRedacted = isRedacted
        self.blocksMax = blocksMax
        next = first
        mutex = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// What every other thread does until nothing is left.
    func work() {
        while let block = lock({ waitForWork() }) { make(block) }
    }

    /// Hands the lines of all blocks, in order, to `sink`. It does a share of the work itself.
    func run(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        defer { lock { stop() } }
        var index = 0
        while true {
            switch try lock({ try waitForResult(index) }) {
            case .finished(let block):
                try sink(block.bytes)
                index += 1
                lock {
                    idle.append(block)
                    pthread_cond_broadcast(changed)
                }
            case .work(let block): make(block)
            case .nothingLeft: return
            }
        }
    }

    private enum Step {
        case finished(ExportBlock)
        case work(ExportBlock)
        case nothingLeft
    }

    // MARK: Under the mutex

    private func lock<R>(_ body: () throws -> R) rethrows -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    private func wait() { pthread_cond_wait(changed, mutex) }

    private func stop() {
        hasStopped = true
        pthread_cond_broadcast(changed)
    }

    private func waitForWork() -> ExportBlock? {
        while !hasStopped, next <= last {
            if let block = takeWork() { return block }
            wait()
        }
        return nil
    }

    private func waitForResult(_ index: Int) throws -> Step {
        while true {
            if let block = finished.removeValue(forKey: index) { return .finished(block) }
            if let failure, failure.index == index { throw failure.error }
            if index == nextIndex, next > last, !isReading { return .nothingLeft }
            if let block = takeWork() { return .work(block) }
            wait()
        }
    }

    /// A block to read into, if the log is free and few enough blocks are under way.
    private func takeWork() -> ExportBlock? {
        guard !isReading, failure == nil, next <= last else { return nil }
        if idle.isEmpty, blocksMade < blocksMax {
            idle.append(ExportBlock(isRedacted: isRedacted))
            blocksMade += 1
        }
        guard let block = idle.popLast() else { return nil }
        block.index = nextIndex
        nextIndex += 1
        isReading = true
        return block
    }

    // MARK: Outside the mutex

    /// Reads the next commits, lets the next thread read on, and turns them into lines.
    private func make(_ block: ExportBlock) {
        do {
            // Nobody else changes `next` while this block is being read. Each block is a read transaction of its
            // own, so none is long.
            try storage.read { try block.read($0, from: next, through: last) }
        } catch {
            lock {
                failure = (block.index, error)
                isReading = false
                pthread_cond_broadcast(changed)
            }
            return
        }
        lock {
            next = block.last + 1
            isReading = false
            pthread_cond_broadcast(changed)
        }
        block.format(first, last)
        lock {
            finished[block.index] = block
            pthread_cond_broadcast(changed)
        }
    }
}
