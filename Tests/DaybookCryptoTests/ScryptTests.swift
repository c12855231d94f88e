import DaybookCrypto
import Testing

struct ScryptTests {
    @Test func `the second example of RFC 7914 comes out`() throws {
        let key = try #require(
            Scrypt.key(
                of: Array("password".utf8), salt: Array("NaCl".utf8), cost: Scrypt.Cost(n: 1024, r: 8, p: 16),
                byteCount: 64))
        let text = key.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
        #expect(
            text == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830da"
                + "c727afb94a83ee6d8360cbdfa2cc0640")
    }

    @Test func `a cost that no machine should bear is known as one`() {
        #expect(Scrypt.Cost.usual.isBearable)
        #expect(!Scrypt.Cost(n: 1 << 30, r: 8, p: 1).isBearable)
        #expect(!Scrypt.Cost(n: 1000, r: 8, p: 1).isBearable)
        #expect(!Scrypt.Cost(n: 1024, r: 0, p: 1).isBearable)
        #expect(Scrypt.key(of: [1], salt: [2], cost: Scrypt.Cost(n: 3, r: 8, p: 1)) == nil)
    }

    @Test func `the digest of the standard's example comes out`() {
        let text = Digest.sha256(of: Array("abc".utf8)).map {
            $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16)
        }
        #expect(text.joined() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
