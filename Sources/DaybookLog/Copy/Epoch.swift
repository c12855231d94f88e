internal import DaybookModel

/// The beginning of an epoch, in a store that nobody else sees yet.
struct Epoch {
    let storage: any LogStorage
    let last: SequenceNumber
    let program: String
    let host: HostFacts
    let control: CopyControl

    /// Commits of about this size.
    private static let eventsAtOnce = 1_000

    /// Numbers through that one are given to nothing.
    func begin(leavingOutThrough end: SequenceNumber) throws -> (event: SequenceNumber, interrupted: UInt64) {
        let head = try storage.read { try $0.seal(endingAt: last).head }
        let writer = LogWriter(storage)
        // First of all, so that none of these numbers is used for what happens here.
        try leaveOut(through: end, writer)
        let interrupted = try Homecoming(reason: "restored from a backup: its process is not there").run(
            storage, writer, now: host.now, control)
        let now = host.now()
        let restored = Restored(
            last: last, previousHead: head.withBytes { Array($0) }, program: program, host: host.host, user: host.user)
        let event = try writer.turn(now: now) {
            try $0.record(Event(time: now, actor: .person(host.user), body: .restored(Box(restored))))
        }
        return (event, interrupted)
    }

    private func leaveOut(through end: SequenceNumber, _ writer: LogWriter) throws {
        var next = last + 1
        while next <= end {
            try control.requireGoingOn()
            control.progress(CopyProgress(phase: .numbers, position: next - last, total: end - last))
            let now = host.now()
            let count = min(end - next + 1, UInt64(Epoch.eventsAtOnce))
            try writer.turn(now: now) { turn in
                for _ in 0..<count { try turn.record(Event(time: now, body: .gap(Gap(note: LostNumbers.note)))) }
            }
            next = try storage.read { try $0.last } + 1
        }
    }
}
