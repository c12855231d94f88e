import DaybookModel
import Testing

@testable import DaybookDashboard

struct LoginBackoffTests {
    private let now = Instant(microseconds: 1_900_000_000_000_000)

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"), ("2001:db8:1:3::1", "2001:db8:1:3::/64"), ("::1", "::/64"),
        ("fe80::1%eth0", "fe80::/64"), ("unknown", "unknown"), ("", ""),
    ])
    func `guesses are counted by address, and of IPv6 by network`(_ source: String, _ guesser: String) {
        #expect(NetworkAddress.guesser(source) == guesser)
    }

    @Test func `whoever has a network of IPv6 has no more guesses than whoever has one address`() {
        let backoff = LoginBackoff()
        for host in 1...4 { backoff.fail("2001:db8::\(host)", "ann", now: now) }
        #expect(backoff.wait("2001:db8::ffff", "ann", now: now) != nil)
        #expect(backoff.wait("2001:db8:0:1::1", "ann", now: now) == nil)
        #expect(backoff.wait("2001:db8::ffff", "bob", now: now) == nil)
        // And over all names.
        for host in 5...20 { backoff.fail("2001:db8::\(host)", "somebody-\(host)", now: now) }
        #expect(backoff.wait("2001:db8::ffff", "bob", now: now) != nil)
    }

    @Test func `whoever has a network of IPv6 stands in the log no oftener than whoever has one address`() async throws
    {
        let store = try TestStore()
        let denied = { (source: String) in
            Denied(permission: "jobs.read", request: "GET /jobs", source: source, reason: "nobody is signed in")
        }
        for host in 1...40 { await store.dashboard.denials.note(denied("2001:db8::\(host)"), by: nil, now: now) }
        #expect(try store.events(.denied).count == 10)
        await store.dashboard.denials.note(denied("2001:db8:0:1::1"), by: nil, now: now)
        #expect(try store.events(.denied).count == 11)
        try await store.close()
    }
}
