internal import CDaybookPlatform
internal import DaybookLog
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Tells at once when a process ends that shares the store, so that its jobs need not wait for the next look around.
///
/// It only says "look": who died, and what that means, is read from locks and files by whoever looks. The kernel gives
/// a process's locks back before it announces its end. Where it cannot announce it, there is still the look around.
///
/// Unchecked because of the thread and its pipe, which only the thread that calls ``watch(_:)`` makes and ends.
final class ExitWatch: @unchecked Sendable {
    /// A process, and the descriptor that tells of its end.
    private struct Watched {
        let process: Int32
        let descriptor: Int32
    }

    private struct State {
        var watched: [Watched] = []
        var isStopping = false
    }

    private let state = Mutex(State())
    private let hasEnded = Atomic<Bool>(false)
    private let onEnd: @Sendable () -> Void
    /// There is none before there is something to watch.
    private var thread: WorkerThreads?
    /// Written to when the thread has to look at its list again.
    private var pipeEnds: (reads: Int32, writes: Int32) = (-1, -1)

    init(_ onEnd: @escaping @Sendable () -> Void) {
        self.onEnd = onEnd
    }

    /// Whether somebody has ended since this was asked last.
    func takeEnd() -> Bool { hasEnded.exchange(false, ordering: .acquiring) }

    /// From now on these processes are watched and no others. Answers whether there are new ones among them: they must
    /// be seen to live *after* this, because before, their numbers may have gone to strangers.
    func watch(_ processes: Set<Int32>) -> Bool {
        let (isChanged, hasNew) = state.withLock { state in
            var isChanged = false
            var hasNew = false
            state.watched.removeAll { watched in
                guard !processes.contains(watched.process) else { return false }
                close(watched.descriptor)
                isChanged = true
                return true
            }
            for process in processes.subtracting(state.watched.map(\.process)) {
                var descriptor: Int32 = -1
                guard daybook_process_end_descriptor(process, &descriptor) == 0 else { continue }
                state.watched.append(Watched(process: process, descriptor: descriptor))
                hasNew = true
            }
            return (isChanged || hasNew, hasNew)
        }
        if isChanged { pokeThread() }
        return hasNew
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        guard let thread else { return }
        pokeThread()
        thread.join()
        close(pipeEnds.reads)
        close(pipeEnds.writes)
        for watched in state.withLock({ $0.watched }) { close(watched.descriptor) }
    }

    private func pokeThread() {
        if thread == nil {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            pipeEnds = (ends[0], ends[1])
            let reads = ends[0]
            thread = WorkerThreads(1) { [self] in while wait(orPokedBy: reads) {} }
        }
        var byte: UInt8 = 0
        _ = write(pipeEnds.writes, &byte, 1)
    }

    /// On the thread: waits for an end, or to be poked. A descriptor that is closed meanwhile and whose number is used
    /// again makes one look too many.
    private func wait(orPokedBy poked: Int32) -> Bool {
        let (watched, isStopping) = state.withLock { ($0.watched, $0.isStopping) }
        guard !isStopping else { return false }
        var polled = watched.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        polled.append(pollfd(fd: poked, events: Int16(POLLIN), revents: 0))
        guard poll(&polled, nfds_t(polled.count), -1) > 0 else { return errno == EINTR }
        if polled[watched.count].revents != 0 {
            var bytes: (UInt64, UInt64) = (0, 0)
            _ = read(poked, &bytes, 16)
        }
        let ended = Set(zip(watched, polled).filter { $1.revents != 0 }.map(\.0.descriptor))
        guard !ended.isEmpty else { return true }
        state.withLock { state in
            state.watched.removeAll { watched in
                guard ended.contains(watched.descriptor) else { return false }
                close(watched.descriptor)
                return true
            }
        }
        hasEnded.store(true, ordering: .releasing)
        onEnd()
        return true
    }
}
