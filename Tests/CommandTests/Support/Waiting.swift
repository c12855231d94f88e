import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Daybook {
    /// Returns as soon as `isSo`, which is asked again whenever a file in the folder, or the log, has changed. To ask
    /// without end would take the processor from the processes that are waited for.
    func wait(until isSo: () throws -> Bool) throws {
        #if os(Linux)
            let watch = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
            try #require(watch >= 0)
            defer { close(watch) }
            func watchAll() {
                // Before each look, as the store may have come since the last one. Not all of the store: a command that
                // looks into it leaves traces there of its own.
                for path in [folder, store + "/data.mdb"] {
                    _ = inotify_add_watch(watch, path, UInt32(IN_MODIFY | IN_CREATE | IN_MOVED_TO))
                }
            }
            watchAll()
            while try !isSo() {
                var change = pollfd(fd: watch, events: Int16(POLLIN), revents: 0)
                // What is waited for may change none of them.
                poll(&change, 1, 50)
                var events = [UInt8](repeating: 0, count: 1 << 16)
                _ = read(watch, &events, events.count)
                watchAll()
            }
        #else
            while try !isSo() { sched_yield() }
        #endif
    }

    /// Returns as soon as there is something at that path.
    func wait(for path: String) throws { try wait { access(path, F_OK) == 0 } }
}
