#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Threads of our own for work that keeps a processor busy for seconds: Swift's pool has one thread for each processor,
/// and a program that embeds Daybook needs them.
///
/// Not Sendable: one thread starts them and joins them. Letting go of them joins them too.
package final class WorkerThreads {
    private var threads: [pthread_t] = []

    /// Processors that can be used.
    package static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    private final class Work {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// Runs `body` on `count` threads. Where a thread cannot be had one fewer does the work, so `body` must take its
    /// share from a common list, and the caller's thread must too.
    package init(_ count: Int, _ body: @escaping @Sendable () -> Void) {
        for _ in 0..<max(0, count) {
            if let thread = WorkerThreads.start(Work(body)) { threads.append(thread) }
        }
    }

    /// How many there are.
    package var count: Int { threads.count }

    package func join() {
        for thread in threads { pthread_join(thread, nil) }
        threads.removeAll()
    }

    deinit { join() }

    private static func start(_ work: Work) -> pthread_t? {
        let box = Unmanaged.passRetained(work)
        #if canImport(Darwin)
            var thread: pthread_t?
            let code = pthread_create(&thread, nil, { WorkerThreads.main($0) }, box.toOpaque())
        #else
            var thread = pthread_t()
            let code = pthread_create(&thread, nil, { WorkerThreads.main($0!) }, box.toOpaque())
        #endif
        guard code == 0 else {
            box.release()
            return nil
        }
        return thread
    }

    private static func main(_ box: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<Work>.fromOpaque(box).takeRetainedValue().body()
        return nil
    }
}
