import Daybook
import DaybookModel
import Testing

@testable import DaybookDashboard

struct ForwardedSourceTests {
    private func source(_ fields: [(String, String)], from peer: String = "10.0.0.1") throws -> String {
        let proxies = try ["10.0.0.0/8", "fd00::/8", "192.0.2.9"].map { try #require(AddressBlock($0)) }
        let request = DashboardRequest(
            method: "GET", target: "/", fields: fields.map { HTTPField($0.0, $0.1) }, source: peer)
        return ForwardedSource.of(request, trusting: proxies)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.0.0.0/9", "10.128.0.1", false),
        ("192.0.2.9", "192.0.2.9", true), ("192.0.2.9", "192.0.2.8", false), ("192.0.2.8/31", "192.0.2.9", true),
        ("::1", "::1", true), ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe00::1", false),
        ("10.0.0.0/8", "::ffff:10.1.2.3", true), ("0.0.0.1/1", "::1", false),
    ])
    func `a block holds the addresses that begin as it does`(_ block: String, _ address: String, _ isIn: Bool) throws {
        #expect(try #require(AddressBlock(block)).contains(try #require(NetworkAddress(address))) == isIn)
    }

    @Test(arguments: [
        "", "/8", "10.0.0.0/", "10.0.0.0/33", "0.0.0.0/0", "::/0", "10/8", "localhost", "1.2.3.4/8/8", "1.2.3.4/+8",
    ])
    func `what is no block is none`(_ text: String) { #expect(AddressBlock(text) == nil) }

    @Test func `the last address that is no trusted proxy counts`() throws {
        #expect(try source([]) == "10.0.0.1")
        #expect(try source([("x-forwarded-for", "198.51.100.7")]) == "198.51.100.7")
        // Whoever asks can write what he likes before the address that the proxy adds.
        #expect(try source([("x-forwarded-for", "203.0.113.1, 198.51.100.7")]) == "198.51.100.7")
        #expect(try source([("x-forwarded-for", "203.0.113.1, 198.51.100.7, 10.9.9.9")]) == "198.51.100.7")
        #expect(
            try source([("x-forwarded-for", "203.0.113.1"), ("x-forwarded-for", "198.51.100.7 ,192.0.2.9")])
                == "198.51.100.7")
        #expect(try source([("x-forwarded-for", "10.1.1.1, 10.2.2.2")]) == "10.1.1.1")
        #expect(try source([("x-forwarded-for", "198.51.100.7:4711")]) == "198.51.100.7")
        #expect(try source([("x-forwarded-for", "[2001:DB8:0::1]:4711")], from: "fd00::5") == "2001:db8::1")
        #expect(try source([("x-forwarded-for", "::ffff:198.51.100.7")]) == "198.51.100.7")
        #expect(
            try source([("forwarded", "for=203.0.113.1;by=x, proto=https;For=\"[2001:db8::1]:80\"")]) == "2001:db8::1")
    }

    @Test func `nobody else is believed, nor what is no address, nor two fields that disagree`() throws {
        #expect(try source([("x-forwarded-for", "198.51.100.7")], from: "203.0.113.5") == "203.0.113.5")
        #expect(try source([("x-forwarded-for", "198.51.100.7")], from: "") == "")
        #expect(try source([("x-forwarded-for", "198.51.100.7, unknown")]) == "10.0.0.1")
        #expect(try source([("x-forwarded-for", "198.51.100.7, unknown, 10.0.0.2")]) == "10.0.0.2")
        #expect(try source([("x-forwarded-for", "198.51.100.7, ")]) == "10.0.0.1")
        #expect(try source([("forwarded", "for=_hidden")]) == "10.0.0.1")
        #expect(try source([("forwarded", "for=198.51.100.7, by=10.0.0.1")]) == "10.0.0.1")
        let both = [("x-forwarded-for", "198.51.100.7"), ("forwarded", "for=203.0.113.1")]
        #expect(try source(both) == "10.0.0.1")
        #expect(try source([both[0], ("forwarded", "for=198.51.100.7")]) == "198.51.100.7")
    }

    @Test func `guesses behind a proxy are counted by who makes them, and it opens no door`() async throws {
        let (store, _) = try TestStore.withUsers { $0.trustedProxies = [AddressBlock("127.0.0.1")!] }
        let page = await store.ask("GET", "/login")
        let cookie = ("cookie", try #require(page.cookie))
        let token = try #require(page.formToken)
        func guess(_ source: String) async -> Int {
            let body = PageStore.form([("csrf", token), ("name", "ann"), ("password", "wrong")])
            let type = ("content-type", "application/x-www-form-urlencoded")
            return await store.ask("POST", "/login", [cookie, type, ("x-forwarded-for", source)], body).status
        }
        var found: [Int] = []
        for _ in 0..<5 { found.append(await guess("203.0.113.1, 198.51.100.7")) }
        #expect(found == [401, 401, 401, 401, 429])
        #expect(await guess("198.51.100.7, 198.51.100.8") == 401)
        #expect(await guess("203.0.113.2, 198.51.100.7") == 429)
        try await store.close()

        let local = try TestStore { $0.trustedProxies = [AddressBlock("127.0.0.1")!] }
        #expect(await local.ask("GET", "/api/v1/jobs").status == 200)
        #expect(await local.ask("GET", "/api/v1/jobs", [("x-forwarded-for", "127.0.0.1")]).status == 401)
        try await local.close()
    }
}
