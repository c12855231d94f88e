import DaybookLMDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An environment with the database "rows" in a folder of its own.
struct Store {
    let directory: TemporaryDirectory
    let environment: LMDBEnvironment
    let rows: Database

    init(_ directory: TemporaryDirectory = TemporaryDirectory(), _ options: EnvironmentOptions = .forTests) throws {
        self.directory = directory
        environment = try LMDBEnvironment(at: directory.path, databases: ["rows"], options: options)
        rows = environment.database("rows")!
    }

    func put(_ key: UInt64, _ value: [UInt8] = [1, 2, 3]) throws {
        try environment.write { try $0.put(rows, key: key, value) }
    }

    func get(_ key: UInt64) throws -> [UInt8]? {
        try environment.read { try $0.get(TypedDatabase<UInt64, [UInt8]>(rows), key: key) }
    }

    func count() throws -> Int {
        try environment.read { try $0.count(rows) }
    }

    /// Fills `count` rows of `byteCount` bytes, each made of its own key, so that they can be told apart.
    func fill(_ count: Int, byteCount: Int = 1_000) throws {
        try environment.write { transaction in
            for key in 0..<UInt64(count) {
                let value = [UInt8](repeating: UInt8(truncatingIfNeeded: key), count: byteCount)
                try transaction.put(rows, key: key, value)
            }
        }
    }
}

extension EnvironmentOptions {
    /// Scratch, since most tests ask nothing of the disk.
    static var forTests: EnvironmentOptions {
        var options = EnvironmentOptions()
        options.durability = .scratch
        return options
    }

    static func forTests(_ change: (inout EnvironmentOptions) -> Void) -> EnvironmentOptions {
        var options = forTests
        change(&options)
        return options
    }
}

/// A thread of its own, because what LMDB punishes depends on threads and Swift's tasks have none.
final class OtherThread: Sendable {
    private nonisolated(unsafe) var thread = pthread_t()  // Written once, before the thread that reads it starts.

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    init(_ run: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(run)).toOpaque()
        let code = pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().run()
                return nil
            }, work)
        precondition(code == 0)
    }

    func join() { pthread_join(thread, nil) }
}

/// Waits until `condition` holds, and says false if it does not within ten seconds.
func eventually(_ condition: () -> Bool) -> Bool {
    let end = time(nil) + 10
    while !condition() {
        if time(nil) > end { return false }
        sched_yield()
    }
    return true
}

/// What `body` throws, if it is an `LMDBError`.
func lmdbError(_ body: () throws -> Void) -> LMDBError? {
    do {
        try body()
        return nil
    } catch {
        return error as? LMDBError
    }
}

#if canImport(Glibc)
    typealias LimitedResource = __rlimit_resource
#elseif canImport(Darwin)
    typealias LimitedResource = Int32
#endif

/// Limits what this process may use, until it is lifted again. For exit tests: the whole process is limited.
func limit(_ resource: LimitedResource, to bytes: rlim_t) -> Bool {
    var limit = rlimit()
    #if canImport(Glibc)
        let resource = __rlimit_resource_t(resource.rawValue)
    #endif
    guard getrlimit(resource, &limit) == 0 else { return false }
    limit.rlim_cur = min(bytes, limit.rlim_max)
    return setrlimit(resource, &limit) == 0
}
