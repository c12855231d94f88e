/// Drives engines that have no threads of their own.
package protocol EngineDriver: Sendable {
    /// An engine has been opened and wants to be driven.
    func drive(_ engine: DrivenEngine)
}

/// An engine without threads: whoever drives it says when its writer does a round and when its watchers look.
///
/// Unchecked because only the driver calls it, from one thread at a time.
package final class DrivenEngine: @unchecked Sendable {
    private var rounds: WriterRounds
    private let watch: LogWatch
    private let inbox: Inbox
    /// Whether the writer has ended, by being stopped or because the store was lost to it.
    package private(set) var hasEnded = false

    init(_ writer: Writer, _ watch: LogWatch) {
        rounds = WriterRounds(writer)
        inbox = writer.inbox
        self.watch = watch
    }

    /// One round of the writer. Answers for how long it would sleep now; nil once it has ended.
    package func round() -> UInt64? {
        guard !hasEnded else { return nil }
        guard let nanoseconds = rounds.next() else {
            hasEnded = true
            rounds.end()
            return nil
        }
        return nanoseconds
    }

    /// From now on whoever leaves a command rings the bell. False if there is something to do already.
    package func fallAsleep() -> Bool { inbox.fallAsleep() }

    /// Wakes those who wait for what has been committed.
    package func lookForWaiters() { watch.lookOnce() }
}
