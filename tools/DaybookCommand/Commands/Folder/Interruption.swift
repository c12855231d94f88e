import DaybookLog
import DaybookModel
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// SIGINT and SIGTERM for commands that must clear up behind themselves: the first asks the work to stop, a second
/// one ends the process as it is.
final class Interruption: Sendable {
    private let isAsked = Atomic<Bool>(false)

    /// Call before any thread is started.
    init() {
        StopSignals.hold()
        StopSignals(
            patience: WallDuration(microseconds: 3_600_000_000),
            onFirst: { [self] in isAsked.store(true, ordering: .relaxed) },
            onLast: { _exit(StopSignals.exitCode.rawValue) }
        ).start()
    }

    /// What a copy asks and tells.
    func control(_ progress: Progress) -> CopyControl {
        CopyControl(isStopped: { [self] in isAsked.load(ordering: .relaxed) }) {
            progress.update($0.phase.rawValue, $0.position, of: $0.total)
        }
    }
}
