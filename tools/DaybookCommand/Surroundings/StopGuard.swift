// Who stops a command that has nothing to clear up is told so in a sentence. Commands that have something hold these
// signals from where they begin it; see `Interruption`.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

enum StopGuard {
    /// Call it once, before anything else is done. Who was told to leave a signal alone, as `nohup` does, does.
    static func install() {
        _ = OwnStandardError.descriptor
        var heard = sigset_t()
        sigemptyset(&heard)
        for number in [SIGINT, SIGTERM] {
            let before = signal(number, endBecauseAsked)
            if isIgnoring(before) { signal(number, SIG_IGN) }
            sigaddset(&heard, number)
        }
        // Whoever started this process may have blocked them.
        pthread_sigmask(SIG_UNBLOCK, &heard, nil)
    }

    /// For a child whose parent wants to see the signal.
    static func remove() {
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }

    #if canImport(Glibc)
        private typealias Handler = __sighandler_t?
    #else
        private typealias Handler = (@convention(c) (Int32) -> Void)?
    #endif

    private static func isIgnoring(_ handler: Handler) -> Bool {
        unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}

/// Nothing here may allocate or lock: it runs wherever the signal finds the process.
private func endBecauseAsked(_ signal: Int32) {
    let text: StaticString =
        signal == SIGTERM
        ? "daybook: Stopped by SIGTERM before it was done.\n" : "daybook: Stopped by SIGINT before it was done.\n"
    _ = write(OwnStandardError.descriptor, text.utf8Start, text.utf8CodeUnitCount)
    _exit(signal == SIGTERM ? ExitCode.terminated.rawValue : ExitCode.interrupted.rawValue)
}
