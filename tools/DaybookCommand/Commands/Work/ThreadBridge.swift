#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Between threads that may block and Swift's pool, whose threads may not.
enum ThreadBridge {
    /// Runs `body` on a thread of its own, and waits for it without blocking a thread of the pool.
    static func onThread<R: Sendable>(_ body: @escaping @Sendable () -> R) async -> R {
        await withCheckedContinuation { continuation in
            let work = Work { continuation.resume(returning: body()) }
            if !work.start() { continuation.resume(returning: body()) }
        }
    }

    /// Runs `body` in the pool, and blocks this thread until it has ended: the way from `main` into asynchronous code.
    static func waitFor<R: Sendable>(_ body: @escaping @Sendable () async throws -> R) throws -> R {
        let box = ResultBox<R>()
        Task.detached { box.set(await Result { try await body() }) }  // tidy: the bridge into asynchronous code
        return try box.wait().get()
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }

        func start() -> Bool {
            var thread = pthread_t()
            let reference = Unmanaged.passRetained(self)
            let code = pthread_create(&thread, nil, runWork, reference.toOpaque())
            guard code == 0 else {
                reference.release()
                return false
            }
            pthread_detach(thread)
            return true
        }
    }

    #if canImport(Darwin)
        private typealias ThreadReference = UnsafeMutableRawPointer
    #else
        private typealias ThreadReference = UnsafeMutableRawPointer?
    #endif

    private static let runWork: @convention(c) (ThreadReference) -> UnsafeMutableRawPointer? = { reference in
        let pointer: UnsafeMutableRawPointer? = reference
        guard let pointer else { return nil }
        Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body()
        return nil
    }
}

/// Where an asynchronous result waits for a thread. Unchecked because the lock orders the one write before the one
/// read.
private final class ResultBox<R: Sendable>: @unchecked Sendable {
    private var result: Result<R, any Error>?
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(lock, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(lock)
        condition.deallocate()
        lock.deallocate()
    }

    func set(_ value: Result<R, any Error>) {
        pthread_mutex_lock(lock)
        result = value
        pthread_cond_signal(condition)
        pthread_mutex_unlock(lock)
    }

    func wait() -> Result<R, any Error> {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while true {
            if let result { return result }
            pthread_cond_wait(condition, lock)
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
