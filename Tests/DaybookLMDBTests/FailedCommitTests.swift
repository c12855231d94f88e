import DaybookLMDB
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `A commit that fails` {
    /// The disk refuses to let the file grow, as a full one would.
    @Test func `leaves the environment dead and what was committed before alive`() async throws {
        await #expect(processExitsWith: .success) {
            let store = try Store(TemporaryDirectory(), EnvironmentOptions())
            try store.put(1)
            signal(SIGXFSZ, SIG_IGN)
            try #require(limit(RLIMIT_FSIZE, to: 64 << 10))
            let error = try #require(lmdbError { try store.fill(1_000) })
            try #require(error.isFromCommit)
            try #require(error.isDiskFull)
            try #require(lmdbError { try store.put(2) }?.isEnvironmentDead == true)
            try #require(lmdbError { _ = try store.count() }?.isEnvironmentDead == true)

            store.environment.close()
            try #require(limit(RLIMIT_FSIZE, to: .max))
            let reopened = try Store(store.directory, EnvironmentOptions())
            try #require(try reopened.count() == 1)
            try reopened.fill(1_000)
        }
    }
}
