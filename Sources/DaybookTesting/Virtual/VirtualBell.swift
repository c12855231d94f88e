internal import Daybook
internal import Synchronization

/// A bell that calls whoever drives the engine instead of waking a thread.
package final class VirtualBell: CommitBell {
    private let count = Atomic<UInt32>(0)
    private let onRing: @Sendable () -> Void

    package init(_ onRing: @escaping @Sendable () -> Void) {
        self.onRing = onRing
    }

    package var commits: UInt32 { count.load(ordering: .acquiring) }

    package func announceCommit() {
        count.add(1, ordering: .releasing)
        onRing()
    }

    package func callWriter() { announceCommit() }

    package func waitForCommit(after seen: UInt32, timeoutNanoseconds: UInt64) -> UInt32 { commits }
    package func waitAsWriter(after seen: UInt32, timeoutNanoseconds: UInt64) -> UInt32 { commits }
}

/// Tells a virtual process that another has ended.
package final class VirtualExits: ExitSignals {
    private let ended = Atomic<Bool>(false)
    private let onEnd: @Sendable () -> Void

    package init(_ onEnd: @escaping @Sendable () -> Void) {
        self.onEnd = onEnd
    }

    package func tell() {
        ended.store(true, ordering: .releasing)
        onEnd()
    }

    package func takeEnd() -> Bool { ended.exchange(false, ordering: .acquiring) }
    package func watch(_ processes: Set<Int32>) -> Bool { false }
    package func stop() {}
}
