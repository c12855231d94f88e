// Every transaction of this process passes this gate on its way in and out. LMDB forbids moving the map while a transaction
// of the process is open, and does not notice when one is: so whoever moves it (or closes the environment) asks for the gate
// alone, which stops newcomers, and waits for those inside to leave.
//
// A thread that is already inside is let in again even then: it could not leave otherwise. For the same reason a thread that
// is inside cannot have the gate alone, and is told so rather than left to wait for itself.
//
// Read transactions that ended are kept here for the next reader: beginning anew takes a lock shared by all processes and an
// allocation, waking one up takes neither.

internal import Synchronization

final class TransactionGate: Sendable {
    fileprivate struct State {
        var threadsInside: [ThreadIdentity] = []
        var aloneWanted = 0
        var isHeldAlone = false
        /// Code with which newcomers are turned away; 0 while the environment is well.
        var refusal: Int32 = 0
        var idleReaders: [TransactionHandle] = []
    }

    /// Slots of idle readers are taken from all processes, so few are kept.
    private static let idleReadersMax = 16

    private let state = Mutex(State())

    /// Enters; `operation` names the transaction in the error of one that is turned away.
    func enter(_ thread: ThreadIdentity, for operation: LMDBError.Operation) throws(LMDBError) {
        _ = try enter(thread, operation, takingIdleReader: false)
    }

    /// Enters as a reader, with a read transaction to be renewed if one is idle.
    func enterAsReader(_ thread: ThreadIdentity) throws(LMDBError) -> TransactionHandle? {
        try enter(thread, .beginRead, takingIdleReader: true)
    }

    func leave(_ thread: ThreadIdentity) {
        state.withLock { $0.remove(thread) }
    }

    /// Leaves as a reader whose transaction was reset. What comes back is one too many and must be aborted.
    func leaveAsReader(_ thread: ThreadIdentity, keeping reader: TransactionHandle) -> TransactionHandle? {
        state.withLock { state in
            state.remove(thread)
            guard state.idleReaders.count < Self.idleReadersMax, state.refusal == 0 else { return reader }
            state.idleReaders.append(reader)
            return nil
        }
    }

    /// Turns newcomers away from now on. The first reason stands, but closed is final.
    func refuse(with code: Int32) {
        state.withLock { state in
            if state.refusal == 0 || code == LMDBError.environmentClosedCode { state.refusal = code }
        }
    }

    var refusal: Int32 { state.withLock { $0.refusal } }

    func isInside(_ thread: ThreadIdentity) -> Bool {
        state.withLock { $0.threadsInside.contains(thread) }
    }

    func takeIdleReaders() -> [TransactionHandle] {
        state.withLock { state in
            let readers = state.idleReaders
            state.idleReaders = []
            return readers
        }
    }

    /// Runs `body` while no transaction of this process is open, or returns nil: at once if this very thread has one open,
    /// else after `patienceMilliseconds`.
    func alone<Result>(
        _ thread: ThreadIdentity, patienceMilliseconds: Int, _ body: () throws(LMDBError) -> Result
    ) throws(LMDBError) -> Result? {
        guard waitUntilAlone(thread, MonotonicDeadline(afterMilliseconds: patienceMilliseconds)) else { return nil }
        defer { state.withLock { $0.isHeldAlone = false } }
        return try body()
    }

    private func waitUntilAlone(_ thread: ThreadIdentity, _ deadline: MonotonicDeadline) -> Bool {
        let mayWait = state.withLock { state in
            if state.threadsInside.contains(thread) { return false }
            state.aloneWanted += 1
            return true
        }
        guard mayWait else { return false }
        var backOff = BackOff()
        while true {
            let isAlone = state.withLock { state in
                guard state.threadsInside.isEmpty, !state.isHeldAlone else { return false }
                state.isHeldAlone = true
                state.aloneWanted -= 1
                return true
            }
            if isAlone { return true }
            if deadline.hasPassed {
                state.withLock { $0.aloneWanted -= 1 }
                return false
            }
            backOff.pause()
        }
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

    fileprivate enum Attempt: Sendable {
        case entered(TransactionHandle?)
        case refused(Int32)
        case mustWait
    }
}

extension TransactionGate.State {
    fileprivate mutating func tryEnter(_ thread: ThreadIdentity, takingIdleReader: Bool) -> TransactionGate.Attempt {
        if refusal != 0 { return .refused(refusal) }
        if isHeldAlone || aloneWanted > 0, !threadsInside.contains(thread) { return .mustWait }
        threadsInside.append(thread)
        return .entered(takingIdleReader ? idleReaders.popLast() : nil)
    }

    fileprivate mutating func remove(_ thread: ThreadIdentity) {
        guard let index = threadsInside.lastIndex(of: thread) else { return }
        threadsInside.swapAt(index, threadsInside.count - 1)
        threadsInside.removeLast()
    }
}
