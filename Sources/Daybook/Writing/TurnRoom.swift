internal import DaybookLog
internal import DaybookModel

/// What the disk has room for in one turn.
enum TurnRoom {
    case everything
    /// For what ends running jobs, from the reserve. Nothing new is begun: a claim needs room for its result, too.
    case completing
    /// Not even for that.
    case nothing

    /// While the disk is full, the writer looks again after so long.
    static let retryMicroseconds: Int64 = 100_000
    /// A recurring job that fires moves its plan and makes a job.
    static let commandsPerRecurring = 3

    /// `slots` is how many jobs the turn may claim. If the disk cannot be asked, the commit itself will tell.
    init(for requests: [WriteRequest], slots: Int, _ reserve: DiskReserve?) {
        self = (try? TurnRoom.find(for: requests, slots: slots, reserve)) ?? .everything
    }

    /// Whether a small job would be taken now, beside what the pools may claim: what the turn that gets it will ask.
    static func takesNewWork(_ pools: [WorkPool], _ reserve: DiskReserve?) -> Bool {
        let request = WriteRequest(command: .smallEnqueue, reply: nil)
        return TurnRoom(for: [request], slots: pools.reduce(0) { $0 + $1.slotsToWant }, reserve) == .everything
    }

    private static func find(
        for requests: [WriteRequest], slots: Int, _ reserve: DiskReserve?
    ) throws(LogError) -> TurnRoom {
        guard let reserve else { return .everything }
        let most = try reserve.worstCaseBytes(of: requests, further: slots + DiskReserve.dueExpected)
        if try reserve.hasRoom(for: .new, byteCount: most) { return .everything }
        let completing = requests.filter { !$0.command.isNewWork }
        if completing.isEmpty { return .completing }
        let least = try reserve.worstCaseBytes(of: completing)
        return try reserve.hasRoom(for: .completing, byteCount: least) ? .completing : .nothing
    }
}

extension DiskReserve {
    fileprivate func worstCaseBytes(of requests: [WriteRequest], further: Int = 0) throws(LogError) -> Int {
        try worstCaseBytes(commands: requests.count, eventBytesMax: requests.eventBytesMax, further: further)
    }
}
