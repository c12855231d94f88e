internal import DaybookLog
internal import DaybookModel
internal import Synchronization

/// Whether the engine can do what it is there for, for those who keep the program running.
extension JobEngine {
    package enum Readiness: Sendable {
        case ready
        /// It takes no new work, because it was told to stop.
        case stopping
        /// It takes no new work until there is space.
        case outOfSpace
    }

    package var readiness: Readiness {
        if isStopping.withLock({ $0 }) { return .stopping }
        guard let reserve = environment.reserve else { return .ready }
        do throws(LogError) {
            try reserve.require(.new, byteCount: 64 << 10)
            return .ready
        } catch {
            return .outOfSpace
        }
    }
}
