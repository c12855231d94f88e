internal import DaybookLog
internal import DaybookModel

/// When to look for processes that died or do not answer, and whether to judge leases.
struct DeathWatch {
    private let idleNanoseconds: UInt64
    private let leaseNanoseconds: UInt64
    private let exits: any ExitSignals
    private var lastLook: UInt64 = 0
    private var nextLook: UInt64 = 0
    /// When this process was awake last.
    private var lastAwake: UInt64 = 0
    /// Leases are not judged before this: who overslept, as when the whole machine was halted, lets the others renew
    /// theirs first.
    private var judgesFrom: UInt64 = 0
    /// When all are asked for next whom the log has as alive.
    private var nextRoll: UInt64 = 0
    private static let rollNanoseconds: UInt64 = 10_000_000_000
    /// How soon to look again for the end of a dead process's children.
    private static let childrenNanoseconds: UInt64 = 5_000_000
    /// How often to look for new processes while others write.
    private static let newcomersNanoseconds: UInt64 = 50_000_000

    init(idleNanoseconds: UInt64, leaseNanoseconds: UInt64, exits: any ExitSignals) {
        self.idleNanoseconds = idleNanoseconds
        self.leaseNanoseconds = leaseNanoseconds
        self.exits = exits
    }

    /// Looks, if it is time, and hands over what follows. What cannot be looked at now is looked at again.
    mutating func look(
        with reaper: Reaper, nowNanoseconds now: UInt64, _ requests: inout [WriteRequest]
    ) -> [Reaper.Death] {
        if lastAwake == 0 || now - lastAwake > leaseNanoseconds / 2 { judgesFrom = now + leaseNanoseconds / 2 }
        lastAwake = now
        let somebodyEnded = exits.takeEnd()
        guard somebodyEnded || now >= nextLook else { return [] }
        lastLook = now
        nextLook = now + idleNanoseconds
        let callsRoll = now >= nextRoll
        guard
            let found = try? reaper.look(
                nowNanoseconds: now, judgesLeases: now >= judgesFrom, callsRoll: callsRoll)
        else { return [] }
        if callsRoll { nextRoll = now + DeathWatch.rollNanoseconds }
        if found.isWaiting { nextLook = now + DeathWatch.childrenNanoseconds }
        // Whoever died before it was watched is found by looking again.
        if exits.watch(found.alive) { nextLook = now }
        for command in found.deaths.flatMap(\.commands) + found.commands {
            requests.append(WriteRequest(command: command, reply: nil))
        }
        return found.deaths
    }

    /// Others have written, and there may be some among them whose end nobody watches for yet.
    mutating func noteOthers() { nextLook = min(nextLook, lastLook + DeathWatch.newcomersNanoseconds) }

    func waitNanoseconds(now: UInt64) -> UInt64 { nextLook > now ? nextLook - now : 0 }
}
