internal import DaybookLog
internal import DaybookModel

/// When to look for processes that died or do not answer, and whether to judge leases.
struct DeathWatch {
    private let idleNanoseconds: UInt64
    private let leaseNanoseconds: UInt64
    private var nextLook: UInt64 = 0
    /// When this process was awake last.
    private var lastAwake: UInt64 = 0
    /// Leases are not judged before this: who overslept, as when the whole machine was halted, lets the others renew
    /// theirs first.
    private var judgesFrom: UInt64 = 0
    /// How soon to look again for the end of a dead process's children.
    private static let childrenNanoseconds: UInt64 = 5_000_000

    init(idleNanoseconds: UInt64, leaseNanoseconds: UInt64) {
        self.idleNanoseconds = idleNanoseconds
        self.leaseNanoseconds = leaseNanoseconds
    }

    /// Looks, if it is time, and hands over what follows. What cannot be looked at now is looked at again.
    mutating func look(
        with reaper: Reaper, nowNanoseconds now: UInt64, _ requests: inout [WriteRequest]
    ) -> [Reaper.Death] {
        if lastAwake == 0 || now - lastAwake > leaseNanoseconds / 2 { judgesFrom = now + leaseNanoseconds / 2 }
        lastAwake = now
        guard now >= nextLook else { return [] }
        nextLook = now + idleNanoseconds
        guard let found = try? reaper.look(nowNanoseconds: now, judgesLeases: now >= judgesFrom) else { return [] }
        if found.isWaiting { nextLook = now + DeathWatch.childrenNanoseconds }
        for command in found.deaths.flatMap(\.commands) + found.commands {
            requests.append(WriteRequest(command: command, reply: nil))
        }
        return found.deaths
    }

    func waitNanoseconds(now: UInt64) -> UInt64 { nextLook > now ? nextLook - now : 0 }
}
