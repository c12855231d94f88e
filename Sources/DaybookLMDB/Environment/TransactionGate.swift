// Every transaction of this process passes this gate on its way in and out. LMDB forbids moving the map while a
// transaction of the process is open, and does not notice when one is: so whoever moves it (or closes the
// environment) asks for the gate alone, which stops newcomers, and waits for those inside to leave.
//
// A thread that is already inside is let in again even then: it could not leave otherwise. For the same reason a
// thread that is inside cannot have the gate alone, and is told so rather than left to wait for itself.
//
// A long scan steps aside now and then, between two snapshots: it still holds a handle of the environment, so the
// environment must not be closed, but the map may be moved.
//
// Read transactions that ended are kept here for the next reader: beginning anew takes a lock shared by all
// processes and an allocation, waking one up takes neither.

internal import Synchronization

final class TransactionGate: Sendable {
    enum Purpose {
        case moveMap
        case close
    }

    /// Slots of idle readers are taken from all processes, so few are kept.
    private static let idleReadersMax = 16

    private let state = Mutex(GateState())

    /// Enters; `operation` names the transaction in the error of one that is turned away.
    func enter(_ thread: ThreadIdentity, for operation: LMDBError.Operation) throws(LMDBError) {
        _ = try enter(thread, operation, takingIdleReader: false)
    }

    /// Enters as a reader, with a read transaction to be renewed if one is idle.
    func enterAsReader(_ thread: ThreadIdentity) throws(LMDBError) -> TransactionHandle? {
        try enter(thread, .beginRead, takingIdleReader: true)
    }

    private func enter(
        _ thread: ThreadIdentity, _ operation: LMDBError.Operation, takingIdleReader: Bool
    ) throws(LMDBError) -> TransactionHandle? {
        var backOff = BackOff()
        while true {
            switch state.withLock({ $0.tryEnter(thread, takingIdleReader: takingIdleReader) }) {
            case .entered(let reader): return reader
            case .refused(let code): throw LMDBError(code: code, operation: operation)
            case .mustWait: backOff.pause()
            }
        }
    }

    func leave(_ thread: ThreadIdentity) {
        state.withLock { $0.leave(thread) }
    }

    /// Leaves as a reader whose transaction was reset. What comes back is one too many and must be aborted.
    func leaveAsReader(_ thread: ThreadIdentity, keeping reader: TransactionHandle) -> TransactionHandle? {
        state.withLock { state in
            state.leave(thread)
            guard state.idleReaders.count < Self.idleReadersMax, state.refusal == 0 else { return reader }
            state.idleReaders.append(reader)
            return nil
        }
    }

    /// Steps aside with a transaction that was reset: the map may be moved until `stepBack` returns.
    func stepAside(_ thread: ThreadIdentity) {
        state.withLock { $0.stepAside(thread) }
    }

    func stepBack(_ thread: ThreadIdentity) {
        var backOff = BackOff()
        while !state.withLock({ $0.tryStepBack(thread) }) { backOff.pause() }
    }

    /// Turns newcomers away from now on. The first reason stands, but closed is final.
    func refuse(with code: Int32) {
        state.withLock { state in
            if state.refusal == 0 || code == LMDBError.environmentClosedCode { state.refusal = code }
        }
    }

    func isInside(_ thread: ThreadIdentity) -> Bool {
        state.withLock { $0.isInside(thread) }
    }

    /// Whether somebody waits for the transactions of this process to end.
    var isWantedAlone: Bool { state.withLock { $0.isWantedAlone } }

    func takeIdleReaders() -> [TransactionHandle] {
        state.withLock { state in
            let readers = state.idleReaders
            state.idleReaders = []
            return readers
        }
    }

    /// Runs `body` while no transaction of this process is open and says true. Says false at once if this very
    /// thread has one open, or after `patienceMilliseconds`.
    func alone<Failure: Error>(
        _ thread: ThreadIdentity, to purpose: Purpose, patienceMilliseconds: Int, _ body: () throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        guard state.withLock({ $0.askToBeAlone(thread) }) else { return false }
        let deadline = MonotonicDeadline(afterMilliseconds: patienceMilliseconds)
        var backOff = BackOff()
        while !state.withLock({ $0.tryBeAlone(purpose) }) {
            if deadline.hasPassed {
                state.withLock { $0.giveUpBeingAlone() }
                return false
            }
            backOff.pause()
        }
        defer { state.withLock { $0.endBeingAlone() } }
        try body()
        return true
    }
}
