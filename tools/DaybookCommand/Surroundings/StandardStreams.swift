#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Sees to it that descriptors 0, 1 and 2 are open before anything else is: otherwise the store's file could get the
/// number of standard output, and what is printed would be written into it.
enum StandardStreams {
    /// Also ignores SIGPIPE and SIGXFSZ, so that a reader that goes away, or a file that may not grow any more, is an
    /// error to handle and not a death.
    static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
            takePlace(of: descriptor)
        }
    }

    private static func takePlace(of descriptor: Int32) {
        if descriptor == STDOUT_FILENO {
            // A pipe that nobody reads: writing finds it closed, as it was.
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return }
            move(ends[1], to: descriptor)
            if ends[0] != descriptor { close(ends[0]) }
        } else {
            move(open("/dev/null", O_RDWR), to: descriptor)
        }
    }

    private static func move(_ opened: Int32, to descriptor: Int32) {
        guard opened >= 0, opened != descriptor else { return }
        dup2(opened, descriptor)
        close(opened)
    }
}
