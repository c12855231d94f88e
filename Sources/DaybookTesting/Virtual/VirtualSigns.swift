internal import Daybook
package import DaybookLog
package import DaybookModel
internal import Synchronization

/// What a virtual process shows the others, and, for the oracle, when it showed what.
package final class VirtualSigns: ProcessSigns {
    private struct State {
        var event: SequenceNumber = 0
        var lease: UInt64 = 0
        var renewals: [UInt64] = []
        var wallRenewed = Instant(microseconds: 0)
        var started: [SequenceNumber] = []
        var isIncomplete = false
        var isFrozen = false
        var isLeftToOthers = false
        var runs: Set<SequenceNumber> = []
    }

    private let state = Mutex(State())
    private let time: VirtualTime

    package init(_ time: VirtualTime) {
        self.time = time
    }

    package func register(event: SequenceNumber) { change { $0.event = event } }
    package func setLease(nanoseconds: UInt64) { change { $0.lease = nanoseconds } }
    package func setGroup(_ group: Int32, leaderStart: UInt32, place: Int) {}
    package func leaveToOthers() { change { $0.isLeftToOthers = true } }
    package func setStranger(_ event: SequenceNumber) {}
    package func setOverfull(_ isOverfull: Bool) { change { $0.isIncomplete = isOverfull } }

    package func renew(atNanoseconds now: UInt64) {
        change { state in
            // What the oracle asks is when it was last alive before something; that needs no two of the same moment.
            if state.renewals.last != now { state.renewals.append(now) }
            state.wallRenewed = time.now
        }
    }

    package func setStarted(_ token: SequenceNumber, place: Int) {
        change { state in
            while state.started.count <= place { state.started.append(0) }
            state.started[place] = token
            if token != 0 { state.runs.insert(token) }
        }
    }

    /// The dead say nothing more.
    package func freeze() { state.withLock { $0.isFrozen = true } }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { if !$0.isFrozen { body(&$0) } }
    }

    package var event: SequenceNumber { state.withLock { $0.event } }
    package var wallRenewed: Instant { state.withLock { $0.wallRenewed } }
    package var renewals: [UInt64] { state.withLock { $0.renewals } }
    package var lease: UInt64 { state.withLock { $0.lease } }
    /// Every claim that was ever begun here.
    package var runs: Set<SequenceNumber> { state.withLock { $0.runs } }
    /// What it is running, or was when it died.
    package var started: [SequenceNumber] { state.withLock { $0.started.filter { $0 != 0 } } }

    /// Whether it went without a word in the log.
    package var isLeftToOthers: Bool { state.withLock { $0.isLeftToOthers } }

    /// As the others read it.
    package var report: EngineReport {
        state.withLock { state in
            EngineReport(
                renewedNanoseconds: state.renewals.last ?? 0, leaseNanoseconds: state.lease,
                isIncomplete: state.isIncomplete,
                started: state.started.filter { $0 != 0 }.map { StartedClaim(token: $0) })
        }
    }
}
