// A crash is a sentence, too. LMDB aborts on some damage and touches pages that a cut file no longer has, and no check
// beforehand finds all of it. So the signals of a crash are caught on a stack of their own, by a handler that does
// nothing but write a text that lies ready and end the process. It reads only memory that was laid out when the program
// started.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

enum CrashGuard {
    /// Installs the handler for the main thread. Call it once, before anything else is done.
    static func install() {
        _ = lastWords
        _ = OwnStandardError.descriptor
        var stack = stack_t()
        stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: stackBytes, alignment: 16)
        stack.ss_size = stackBytes
        sigaltstack(&stack, nil)
        for signal in signals {
            var action = sigaction()
            #if canImport(Glibc)
                action.__sigaction_handler.sa_handler = endWithLastWords
            #else
                action.__sigaction_u.__sa_handler = endWithLastWords
            #endif
            // No SA_RESETHAND: a second thread that crashes meanwhile ends the same way.
            action.sa_flags = Int32(truncatingIfNeeded: SA_ONSTACK)
            sigaction(signal, &action, nil)
        }
        // Whoever started this process may have blocked them, and a blocked signal is never heard of.
        var unblocked = sigset_t()
        sigemptyset(&unblocked)
        for signal in signals { sigaddset(&unblocked, signal) }
        pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
    }

    /// Lets a crash be a crash: for a child whose parent wants to see the signal. It leaves no core behind.
    static func remove() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(coreLimit, &none)
        for number in signals { signal(number, SIG_DFL) }
    }

    private static let signals = [SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGTRAP, SIGFPE]
    #if canImport(Glibc)
        private static let coreLimit = __rlimit_resource_t(RLIMIT_CORE.rawValue)
    #else
        private static let coreLimit = RLIMIT_CORE
    #endif
    private static let stackBytes = 1 << 16

    /// From now on a crash is blamed on this command.
    static func enter(_ command: String) {
        lastWords.set("daybook: Internal error in `daybook \(command)`; please report it.\n", code: .unusable)
    }

    /// From now on a crash is blamed on the store: what is left of it cannot be trusted.
    static func storeIsOpen(_ folder: String) {
        lastWords.set(
            "daybook: The store in \(StandardError.printable(folder)) is damaged; run `daybook log verify`, then "
                + "`daybook recover`, and if the log is good, please report it.\n",
            code: .no)
    }
}

/// Written by one thread before anything can crash; read by the handler.
private struct LastWords: @unchecked Sendable {
    // Unsafe because a signal handler may not allocate, lock or count references: it needs bytes at a fixed place.
    private let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
    private let count = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    private let code = UnsafeMutablePointer<Int32>.allocate(capacity: 1)

    init() {
        count.initialize(to: 0)
        code.initialize(to: ExitCode.unusable.rawValue)
    }

    func set(_ text: String, code: ExitCode) {
        // A handler that runs in between says nothing rather than half of two texts.
        count.pointee = 0
        let text = text.utf8.prefix(bytes.count)
        bytes.copyBytes(from: text)
        self.code.pointee = code.rawValue
        count.pointee = text.count
    }

    func say() -> Int32 {
        _ = write(OwnStandardError.descriptor, bytes.baseAddress, count.pointee)
        return code.pointee
    }
}

private let lastWords = LastWords()

private func endWithLastWords(_ signal: Int32) {
    _exit(lastWords.say())
}
