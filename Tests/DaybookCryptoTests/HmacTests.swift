import DaybookCrypto
import Testing

struct HmacTests {
    @Test func `the second example of RFC 4231 comes out`() {
        let code = Hmac.sha256(of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        let text = code.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
        #expect(text == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func `a code with one bit changed is refused`() {
        let key: [UInt8] = [1, 2, 3]
        var code = Hmac.sha256(of: [4], key: key)
        #expect(Hmac.isSha256(code, of: [4], key: key))
        code[31] ^= 1
        #expect(!Hmac.isSha256(code, of: [4], key: key))
        #expect(!Hmac.isSha256(Array(code.dropLast()), of: [4], key: key))
    }
}
