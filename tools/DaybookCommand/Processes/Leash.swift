#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The child's side of `SpawnedSelf`: ends this process when its parent is gone.
enum Leash {
    static func hold() {
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        if pthread_create(&thread, nil, waitForTheEnd, nil) != 0 { _exit(ExitCode.unusable.rawValue) }
    }
}

#if canImport(Glibc)
    private func waitForTheEnd(_: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        waitAndExit()
    }
#else
    private func waitForTheEnd(_: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        waitAndExit()
    }
#endif

private func waitAndExit() -> Never {
    var byte: UInt8 = 0
    while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count == 0 || (count < 0 && errno != EINTR) { _exit(ExitCode.unusable.rawValue) }
    }
}
