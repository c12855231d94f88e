import DaybookLog
import DaybookModel
import Testing

@testable import Daybook

@Suite struct `A text that is longer than people would read` {
    @Test(arguments: [("abc", "abc"), ("abcd", "abcd"), ("abcde", "abcd …"), ("abéé", "abé …"), ("abcéx", "abc …")])
    func `is cut where a character ends`(_ text: String, _ cut: String) {
        #expect(text.cut(toBytes: 4, mark: " …") == cut)
    }

    @Test func `keeps nothing of a character that is larger than all there is room for`() {
        #expect("🙂🙂".cut(toBytes: 3, mark: "…") == "…")
        // Many signs may stand on one letter; they are cut as well.
        #expect(("e" + String(repeating: "\u{301}", count: 9)).cut(toBytes: 4, mark: "").utf8.count == 3)
    }

    @Test func `is cut in an error and its type, whoever reports it, and half a secret does not stay`() throws {
        let secrets = try #require(Secrets(["pin"], arguments: Array(#"{"pin":"canary-4711"}"#.utf8)))
        let bytes = 64 << 10
        let error = String(repeating: "x", count: bytes - 6) + "canary-4711" + String(repeating: "é", count: bytes)
        let failure = Outcome.Failure(
            errorType: String(repeating: "é", count: 200), error: error, ranMicroseconds: 1, salt: 1, random: 1,
            isFinal: false)
        guard case .failed(let kept) = Outcome.failed(Box(failure)).written(without: secrets) else {
            Issue.record("it is no failure any more")
            return
        }
        #expect(kept.value.error.hasSuffix(" … (cut)") && kept.value.error.utf8.count <= bytes + 10)
        #expect(!kept.value.error.contains("canary"))
        #expect(kept.value.errorType == String(repeating: "é", count: 100) + " … (cut)")
    }
}
