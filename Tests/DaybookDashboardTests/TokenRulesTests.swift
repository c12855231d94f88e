import DaybookCrypto
import DaybookModel
import Dispatch
import Synchronization
import Testing

@testable import DaybookDashboard

struct TokenRulesTests {
    private static let secret = "a secret of more than thirty-two bytes"
    private let now = Instant(microseconds: 1_900_000_000_000_000)

    private func rules(_ more: String = "") throws -> TokenRules {
        let text = """
            {"algorithm":"HS256","key":"\(TokenRulesTests.secret)","audience":"jobs","issuer":"https://issuer"\(more)}
            """
        return try TokenRules(JSONBody(Array(text.utf8)))
    }

    private static let good = """
        {"sub":"ann","roles":["viewer"],"aud":"jobs","iss":"https://issuer","exp":1900000600}
        """

    private func token(
        _ claims: String = good, header: String = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}", key: String = secret
    ) -> String {
        let message = "\(Base64Url.text(Array(header.utf8))).\(Base64Url.text(Array(claims.utf8)))"
        return "\(message).\(Base64Url.text(Hmac.sha256(of: Array(message.utf8), key: Array(key.utf8))))"
    }

    private func claims(_ from: String, _ to: String) -> String { TokenRulesTests.good.replacing(from, with: to) }

    @Test func `a good token says who it is`() throws {
        #expect(try rules().principal(of: token(), now: now) == Principal(name: "ann", roles: [.viewer]))
        let several = claims("\"jobs\"", "[\"other\",\"jobs\"]")
        #expect(try rules().principal(of: token(several), now: now) != nil)
        #expect(
            try rules().principal(of: token(claims("[\"viewer\"]", "\"viewer jobs.start\"")), now: now)?
                .may(.jobsStart) == true)
    }

    @Test(arguments: [
        "{\"alg\":\"none\"}", "{\"alg\":\"None\"}", "{\"alg\":\"RS256\"}", "{\"alg\":\"hs256\"}", "{\"alg\":\"HS512\"}",
        "{}", "{\"typ\":\"JWT\"}", "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", "{\"alg\":\"HS256\",\"typ\":\"JWE\"}",
        "{\"alg\":\"HS256\",\"alg\":\"HS256\"}", "[\"HS256\"]", "{\"alg\":[\"HS256\"]}",
    ])
    func `a header that asks for anything else is refused`(_ header: String) throws {
        #expect(try rules().principal(of: token(header: header), now: now) == nil)
    }

    @Test func `what a header names is not looked up`() throws {
        let header = "{\"alg\":\"HS256\",\"kid\":\"../../etc/passwd\",\"jku\":\"http://evil.example\",\"jwk\":{}}"
        #expect(try rules().principal(of: token(header: header), now: now) != nil)
        #expect(try rules().principal(of: token(header: header, key: "evil"), now: now) == nil)
    }

    @Test func `claims that are late, early, for others, from others or missing are refused`() throws {
        for bad in [
            claims("1900000600", "1899999939"), claims(",\"exp\":1900000600", ""),
            claims("1900000600", "\"1900000600\""),
            claims("1900000600", "1900000600,\"nbf\":1900000061"), claims("1900000600", "1900000600,\"nbf\":\"a\""),
            claims("\"jobs\"", "\"other\""), claims("\"jobs\"", "[]"), claims("\"aud\":\"jobs\",", ""),
            claims("https://issuer", "https://other"), claims("\"iss\":\"https://issuer\",", ""),
            claims("\"sub\":\"ann\",", ""), claims("\"ann\"", "\"\""), claims("\"ann\"", "7"),
        ] {
            #expect(try rules().principal(of: token(bad), now: now) == nil, "\(bad)")
        }
        #expect(try rules().principal(of: token(claims("1900000600", "1899999941")), now: now) != nil)
        #expect(
            try rules().principal(of: token(claims("1900000600", "1900000600,\"nbf\":1900000059")), now: now) != nil)
    }

    @Test func `a token for others is refused also where nobody has said who we are`() throws {
        let text = "{\"algorithm\":\"HS256\",\"key\":\"\(TokenRulesTests.secret)\"}"
        let rules = try TokenRules(JSONBody(Array(text.utf8)))
        #expect(rules.principal(of: token(), now: now) == nil)
        #expect(rules.principal(of: token(claims("\"jobs\"", "[\"jobs\"]")), now: now) == nil)
        #expect(rules.principal(of: token(claims("\"aud\":\"jobs\",", "")), now: now) != nil)
    }

    @Test func `a token that was changed anywhere is refused`() throws {
        let rules = try rules()
        let good = token()
        for index in good.indices {
            var bad = good
            bad.replaceSubrange(index...index, with: good[index] == "A" ? "B" : "A")
            #expect(rules.principal(of: bad, now: now) == nil, "\(bad)")
        }
        for bad in ["", ".", "..", "...", good + "=", good + ".", "." + good, String(good.dropLast()), good + "A"] {
            #expect(rules.principal(of: bad, now: now) == nil)
        }
        let parts = good.split(separator: ".")
        #expect(rules.principal(of: "\(parts[0]).\(parts[1]).", now: now) == nil)
    }

    @Test func `a map says what roles and names may, and nothing else does`() throws {
        let mapped = try rules(",\"map\":{\"viewer\":[\"operator\"],\"name:admin\":[\"admin\"]}")
        #expect(mapped.principal(of: token(), now: now) == Principal(name: "ann", roles: [.operator]))
        let admin = claims("ann", "admin").replacing("viewer", with: "none")
        #expect(mapped.principal(of: token(admin), now: now) == Principal(name: "admin", roles: [.admin]))
        let sly = claims("[\"viewer\"]", "[\"name:admin\",\"admin\"]")
        #expect(mapped.principal(of: token(sly), now: now)?.permissions == [])
    }

    @Test func `a token of RSA is checked with the key, and only with a good one`() throws {
        func rules(_ key: String, _ algorithm: String = "RS256") throws -> TokenRules {
            let key = key.replacing("\n", with: "\\n")
            return try TokenRules(
                JSONBody(Array("{\"algorithm\":\"\(algorithm)\",\"key\":\"\(key)\",\"audience\":\"jobs\"}".utf8)))
        }
        let found = try rules(TokenSamples.publicKey).principal(of: TokenSamples.token, now: now)
        #expect(found == Principal(name: "ann", roles: [.operator]))
        var changed = TokenSamples.token
        changed.removeLast(8)
        #expect(try rules(TokenSamples.publicKey).principal(of: changed + "AAAAAAAA", now: now) == nil)
        // The public key taken for a secret.
        let forged = token(header: "{\"alg\":\"HS256\"}", key: TokenSamples.publicKey)
        #expect(try rules(TokenSamples.publicKey).principal(of: forged, now: now) == nil)
        #expect(throws: RouteFailure.self) { try rules(TokenSamples.publicKey, "HS256") }
        #expect(throws: RouteFailure.self) { try rules(TokenSamples.shortKey) }
        #expect(throws: RouteFailure.self) { try rules(TokenSamples.keyOfAnotherKind) }
    }

    /// libcrypto reads a key where its text lies, which must not be let go meanwhile.
    @Test func `a key is read while others take and give back memory`() {
        let read = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<250 where RsaPublicKey(pem: TokenSamples.publicKey) != nil {
                read.add(1, ordering: .relaxed)
            }
        }
        #expect(read.load(ordering: .relaxed) == 2_000)
    }
}
