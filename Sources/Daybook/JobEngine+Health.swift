/// Whether the engine can do what it is there for, for those who keep the program running.
extension JobEngine {
    package enum Readiness: Sendable {
        case ready
        /// It takes no new work, because it was told to stop.
        case stopping
        /// It takes no new work until there is space.
        case outOfSpace
        /// It takes no new work, because a newer release has written what it does not know.
        case outdated
    }

    /// Why this process takes on no more work, if a newer release has written what it does not know.
    package var outdatedBecause: String? { writer.outdatedBecause }

    package var readiness: Readiness {
        if working.isStopping { return .stopping }
        if writer.outdatedBecause != nil { return .outdated }
        return TurnRoom.takesNewWork(writer.currentPools, environment.reserve) ? .ready : .outOfSpace
    }
}
