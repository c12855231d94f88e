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

    /// Throws if the work is to stop. Until then it waits for whoever writes what is to be read next, who may take
    /// his time.
    func requireGoingOn(beforeReading descriptor: Int32) throws(LogError) {
        repeat {
            guard !isAsked.load(ordering: .relaxed) else {
                throw LogError(.stopped, "Stopped as asked; nothing was left behind.")
            }
        } while !Descriptor.isReadable(descriptor, withinMilliseconds: 100)
    }

    /// What a copy asks and tells.
    func control(_ progress: Progress) -> CopyControl {
        CopyControl(isStopped: { [self] in isAsked.load(ordering: .relaxed) }) {
            progress.update($0.what, $0.position, of: $0.total)
        }
    }
}
