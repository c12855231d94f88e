/// Who is inside the gate, and who wants it alone. Only `TransactionGate` uses it, under its lock.
struct GateState {
    private var inside: [ThreadIdentity] = []
    /// Scans that hold a handle but no snapshot.
    private var asideCount = 0
    private var wantedAloneCount = 0
    private var isHeldAlone = false
    /// Code with which newcomers are turned away; 0 while the environment is well.
    var refusal: Int32 = 0
    var idleReaders: [TransactionHandle] = []

    enum Entry: Sendable {
        case entered(TransactionHandle?)
        case refused(Int32)
        case mustWait
    }

    mutating func tryEnter(_ thread: ThreadIdentity, takingIdleReader: Bool) -> Entry {
        if refusal != 0 { return .refused(refusal) }
        if isHeldAlone || isWantedAlone, !inside.contains(thread) { return .mustWait }
        inside.append(thread)
        return .entered(takingIdleReader ? idleReaders.popLast() : nil)
    }

    func isInside(_ thread: ThreadIdentity) -> Bool { inside.contains(thread) }

    var isWantedAlone: Bool { wantedAloneCount > 0 }

    mutating func leave(_ thread: ThreadIdentity) {
        guard let index = inside.lastIndex(of: thread) else { return }
        inside.swapAt(index, inside.count - 1)
        inside.removeLast()
    }

    mutating func stepAside(_ thread: ThreadIdentity) {
        leave(thread)
        asideCount += 1
    }

    /// A scan is let back in even when newcomers are turned away: who closes the environment waits for it to end.
    mutating func tryStepBack(_ thread: ThreadIdentity) -> Bool {
        let mayPass = !isHeldAlone && (wantedAloneCount == 0 || refusal != 0 || inside.contains(thread))
        guard mayPass else { return false }
        asideCount -= 1
        inside.append(thread)
        return true
    }

    mutating func askToBeAlone(_ thread: ThreadIdentity) -> Bool {
        guard !inside.contains(thread) else { return false }
        wantedAloneCount += 1
        return true
    }

    mutating func tryBeAlone(_ purpose: TransactionGate.Purpose) -> Bool {
        guard inside.isEmpty, !isHeldAlone, asideCount == 0 || purpose == .moveMap else { return false }
        wantedAloneCount -= 1
        isHeldAlone = true
        return true
    }

    mutating func giveUpBeingAlone() { wantedAloneCount -= 1 }

    mutating func endBeingAlone() { isHeldAlone = false }
}
