/// Mistakes that an engine like this could make. Each is made on purpose, at the engine's seams, to see that the checks
/// find it.
package enum PlantedBug: String, CaseIterable, Sendable {
    /// A late result is taken for one of the claim in force.
    case noFence
    /// What was acknowledged is not on the disk yet when the process dies.
    case ackBeforeCommit
    /// A job that one process runs is given to another, too.
    case doubleClaim
    /// A retry is planned and never made ready.
    case lostRetry
    /// A delay ends and nobody notices.
    case timerSkipped
    /// The timer does not say what made it act.
    case causeMissing
    /// A success that came after its claim was gone ends the job.
    case staleSuccessCounted
    /// Everything that a dead process had claimed is taken for started.
    case deathChargedToInnocent
    /// Signs of life are dated by the clock that people set.
    case leaseOnWallClock
    /// Jobs enqueued together come in two commits.
    case batchHalfVisible
    /// An occurrence of a recurring job fires in two processes.
    case slotTwice
    /// Who waits for a batch is told of its end twice.
    case callbackTwice
    /// A batch ends although one inside it goes on.
    case outerEndsEarly
    /// Some who wait for a job are never told of its end.
    case childLost
    /// One job more may run than a limit says.
    case limitExceeded
    /// A part of a call in parts does not wait for the rest.
    case callHalfVisible

    /// The promise whose check has to find it.
    package var breaks: SimulationPromise {
        switch self {
        case .noFence: .fence
        case .ackBeforeCommit: .acknowledged
        case .doubleClaim: .claims
        case .lostRetry: .retries
        case .timerSkipped: .timers
        case .causeMissing: .causes
        case .staleSuccessCounted: .success
        case .deathChargedToInnocent: .deaths
        case .leaseOnWallClock: .leases
        case .batchHalfVisible, .callHalfVisible: .together
        case .slotTwice: .slots
        case .callbackTwice, .outerEndsEarly: .callbacks
        case .childLost: .children
        case .limitExceeded: .limits
        }
    }
}
