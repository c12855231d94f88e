import DaybookModel
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// SIGTERM and SIGINT, received on a thread that does nothing else: the first asks to stop, the time-out or a
/// second one ends it.
final class StopSignals: Sendable {
    private let patienceMicroseconds: Int64
    private let onFirst: @Sendable () -> Void
    private let onLast: @Sendable () -> Void
    /// Which of them came first.
    private static let first = Atomic<Int32>(SIGINT)

    /// What a command ends with that stopped before it was done.
    static var exitCode: ExitCode { first.load(ordering: .relaxed) == SIGTERM ? .terminated : .interrupted }

    /// Call before any other thread is started: threads inherit which signals they leave alone.
    init(
        patience: WallDuration, onFirst: @escaping @Sendable () -> Void, onLast: @escaping @Sendable () -> Void
    ) {
        patienceMicroseconds = patience.microseconds
        self.onFirst = onFirst
        self.onLast = onLast
    }

    /// Keeps the two signals from ending the process; from now on they wait for `start`.
    static func hold() {
        var signals = StopSignals.set
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    func start() {
        var thread = pthread_t()
        let reference = Unmanaged.passRetained(self)
        let code = pthread_create(&thread, nil, waitForStopSignals, reference.toOpaque())
        if code != 0 { reference.release() } else { pthread_detach(thread) }
    }

    private static var set: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        return signals
    }

    fileprivate func run() {
        var signals = StopSignals.set
        var received: Int32 = 0
        while sigwait(&signals, &received) != 0 {}
        StopSignals.first.store(received, ordering: .relaxed)
        onFirst()
        waitForSecond(&signals)
        onLast()
    }

    private func waitForSecond(_ signals: inout sigset_t) {
        #if canImport(Glibc)
            var patience = timespec(
                tv_sec: Int(patienceMicroseconds / 1_000_000), tv_nsec: Int(patienceMicroseconds % 1_000_000) * 1_000)
            while sigtimedwait(&signals, nil, &patience) == -1, errno == EINTR {}
        #else
            var received: Int32 = 0
            while sigwait(&signals, &received) != 0 {}
        #endif
    }
}

#if canImport(Darwin)
    private typealias ThreadReference = UnsafeMutableRawPointer
#else
    private typealias ThreadReference = UnsafeMutableRawPointer?
#endif

private func waitForStopSignals(_ reference: ThreadReference) -> UnsafeMutableRawPointer? {
    let pointer: UnsafeMutableRawPointer? = reference
    guard let pointer else { return nil }
    Unmanaged<StopSignals>.fromOpaque(pointer).takeRetainedValue().run()
    return nil
}
