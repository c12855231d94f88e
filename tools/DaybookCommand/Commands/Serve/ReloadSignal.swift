import DaybookDashboard

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// SIGHUP has the auth file read anew, on a thread that does nothing else.
final class ReloadSignal: Sendable {
    private let file: AuthFile
    private let log: StandardError

    init(_ file: AuthFile, _ log: StandardError) {
        self.file = file
        self.log = log
    }

    /// Keeps the signal from ending the process. Call before any other thread is started.
    static func hold() {
        var signals = ReloadSignal.set
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    func start() {
        var thread = pthread_t()
        let reference = Unmanaged.passRetained(self)
        let code = pthread_create(&thread, nil, waitForReload, reference.toOpaque())
        if code != 0 { reference.release() } else { pthread_detach(thread) }
    }

    private static var set: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGHUP)
        return signals
    }

    fileprivate func run() {
        var signals = ReloadSignal.set
        var received: Int32 = 0
        while true {
            guard sigwait(&signals, &received) == 0 else { continue }
            do {
                try file.reload()
                log.log(.info, "read \(file.path) anew")
            } catch {
                log.log(.warning, "\(error) What was read before stays in force.")
            }
        }
    }
}

#if canImport(Darwin)
    private typealias ThreadReference = UnsafeMutableRawPointer
#else
    private typealias ThreadReference = UnsafeMutableRawPointer?
#endif

private func waitForReload(_ reference: ThreadReference) -> UnsafeMutableRawPointer? {
    let pointer: UnsafeMutableRawPointer? = reference
    guard let pointer else { return nil }
    Unmanaged<ReloadSignal>.fromOpaque(pointer).takeUnretainedValue().run()
    return nil
}
