import Testing

@testable import DaybookModel

@Suite struct `A retry policy` {
    @Test func `of Hangfire waits as Hangfire does`() {
        let policy = RetryPolicy.hangfire
        #expect(policy.delayMicroseconds(retry: 1, random: 0) == 15_000_000)
        #expect(policy.delayMicroseconds(retry: 1, random: 29) == 44_000_000)
        #expect(policy.delayMicroseconds(retry: 10, random: 0) == 6_576_000_000)
    }

    @Test func `of ABP doubles a minute, for two days in all`() {
        let policy = RetryPolicy.abp
        #expect((1...3).map { policy.delayMicroseconds(retry: $0, random: 7) / 1_000_000 } == [60, 120, 240])
        let created = Instant(microseconds: 0)
        #expect(policy.allows(Instant(microseconds: 172_800_000_000), since: created))
        #expect(!policy.allows(Instant(microseconds: 172_800_000_001), since: created))
    }

    @Test func `that is a list repeats its last delay`() {
        let policy = RetryPolicy.fixed(.seconds(1), .seconds(5))
        #expect((1...4).map { policy.delayMicroseconds(retry: $0, random: 0) / 1_000_000 } == [1, 5, 5, 5])
    }

    @Test(arguments: [
        RetryPolicy.fixed(.seconds(-5), .seconds(Int64.max)),
        .fixed(),
        .exponential(first: .seconds(-1), factor: -3, cap: .seconds(-2), jitter: 7),
        .exponential(first: .zero, factor: .infinity, cap: .seconds(Int64.max), jitter: .nan),
        .exponential(first: .seconds(Int64.max), factor: .nan, cap: .seconds(Int64.max), jitter: 1, total: .zero),
    ])
    func `with absurd numbers is kept within bounds, and reads as it writes`(_ policy: RetryPolicy) {
        #expect(RetryPolicy(policy.description) == policy, "\(policy)")
        for retry in [0, 1, 2, 100, 65_535] {
            #expect(policy.delayMicroseconds(retry: retry, random: .max) >= 0, "\(policy), retry \(retry)")
        }
    }

    @Test func `never wait longer than their cap, jitter included`() {
        let policy = RetryPolicy.exponential(first: .seconds(50), cap: .seconds(50), jitter: 0.5)
        var random = SystemRandomNumberGenerator()
        let delays = (0..<200).map { _ in policy.delayMicroseconds(retry: 3, random: random.next()) }
        #expect(delays.allSatisfy { (25_000_000...50_000_000).contains($0) }, "\(delays)")
        #expect(Set(delays).count > 1)
    }

    @Test(arguments: ["exponential:0,inf,9,0", "exponential:1,2,3,nan", "fixed:-1", "hangfire:1", ""])
    func `that no release wrote is not read`(_ text: String) {
        #expect(RetryPolicy(text) == nil)
    }
}

@Suite struct `Retry rules` {
    @Test func `stand in one text and are read again`() throws {
        var created = Created(name: "n", queue: "q", attempts: 3, salt: 0, arguments: [])
        #expect(RetryRules.text(of: Box(created)) == nil)
        created.retry = RetryPolicy.abp.description
        #expect(RetryRules.text(of: Box(created)) == RetryPolicy.abp.description)
        created.retryOnly = ["A", "B<C>"]
        created.retryNever = ["only=D"]
        created.isDiscardedOnExhaustion = true
        let rules = RetryRules(try #require(RetryRules.text(of: Box(created))))
        #expect(rules.policy == .abp)
        #expect(rules.only == ["A", "B<C>"])
        #expect(rules.never == ["only=D"])
        #expect(rules.isDiscarded)
        #expect(rules.allow("A"))
        #expect(!rules.allow("only=D"))
        #expect(!rules.allow("E"))
    }
}
