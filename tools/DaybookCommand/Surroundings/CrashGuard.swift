// A crash is a sentence, too. LMDB aborts on some damage and touches pages that a cut file no longer has, and no check
// beforehand finds all of it. So the signals of a crash are caught on a stack of their own, by a handler that does
// nothing but write a text that lies ready and end the process. It reads only memory that was laid out when the program
// started.

import CDaybookPlatform

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
        handle(with: endOfCrash)
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
        handle(with: dieOfCrash)
    }

    private static func handle(with handler: @escaping CrashHandler) {
        for signal in signals {
            var action = sigaction()
            #if canImport(Glibc)
                action.__sigaction_handler.sa_sigaction = handler
            #else
                action.__sigaction_u.__sa_sigaction = handler
            #endif
            // No SA_RESETHAND: a second thread that crashes meanwhile ends the same way.
            action.sa_flags = Int32(truncatingIfNeeded: SA_ONSTACK) | SA_SIGINFO
            sigaction(signal, &action, nil)
        }
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

private typealias CrashHandler =
    @convention(c) (Int32, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?) -> Void

private func endOfCrash(
    _ signal: Int32, _ fault: UnsafeMutablePointer<siginfo_t>?, _ context: UnsafeMutableRawPointer?
) {
    endIfSomethingRanOut(signal, fault)
    _exit(lastWords.say())
}

private func dieOfCrash(
    _ number: Int32, _ fault: UnsafeMutablePointer<siginfo_t>?, _ context: UnsafeMutableRawPointer?
) {
    endIfSomethingRanOut(number, fault)
    signal(number, SIG_DFL)
    raise(number)
}

/// The runtime traps where it gets no memory and no descriptor, and a page of a mapped file that the disk has no room
/// for is a SIGBUS, unless it is one of `data.mdb`, which is only read that way. None of that is the store's fault.
private func endIfSomethingRanOut(_ signal: Int32, _ fault: UnsafeMutablePointer<siginfo_t>?) {
    let sentence: StaticString
    switch daybook_what_ran_out(signal, fault) {
    case DAYBOOK_DISK_RAN_OUT:
        sentence =
            "daybook: The disk is full and has no room for a file that is needed. Free some space and try again.\n"
    case DAYBOOK_ADDRESS_SPACE_RAN_OUT:
        sentence = "daybook: There is not enough memory or address space. Raise the limit (ulimit -v) and try again.\n"
    case DAYBOOK_DESCRIPTORS_RAN_OUT:
        sentence = "daybook: There are too few file descriptors. Raise the limit (ulimit -n) and try again.\n"
    default: return
    }
    _ = write(OwnStandardError.descriptor, sentence.utf8Start, sentence.utf8CodeUnitCount)
    _exit(ExitCode.unusable.rawValue)
}
