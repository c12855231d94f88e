import DaybookCrypto
import Testing

@Suite struct Ed25519Tests {
    /// RFC 8032, section 7.1, test 3.
    private let seed = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"
    private let publicKey = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
    private let message: [UInt8] = [0xAF, 0x82]
    private let signature =
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"

    private func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.utf8.map { UInt8(String(UnicodeScalar($0)), radix: 16)! }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    private func pem(_ label: String, _ bytes: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let taken = Array(bytes[start..<min(start + 3, bytes.count)])
            let bits = (0..<3).reduce(0) { $0 << 8 | ($1 < taken.count ? Int(taken[$1]) : 0) }
            for index in 0..<4 { text.append(index <= taken.count ? alphabet[bits >> (18 - 6 * index) & 63] : "=") }
        }
        return Array("-----BEGIN \(label)-----\n\(text)\n-----END \(label)-----\n".utf8)
    }

    private var privatePEM: [UInt8] { pem("PRIVATE KEY", bytes("302e020100300506032b657004220420" + seed)) }
    private var publicPEM: [UInt8] { pem("PUBLIC KEY", bytes("302a300506032b6570032100" + publicKey)) }

    @Test func `the third example of RFC 8032 comes out`() throws {
        let key = try Ed25519.PrivateKey(pem: privatePEM)
        #expect(key.signature(of: message) == bytes(signature))
        #expect(key.publicBytes == bytes(publicKey))
        #expect(try Ed25519.PublicKey(pem: publicPEM).bytes == bytes(publicKey))
    }

    @Test func `a signature with one bit changed is refused, and one of another message`() throws {
        let key = try Ed25519.PublicKey(pem: publicPEM)
        var changed = bytes(signature)
        #expect(key.isSignature(changed, of: message))
        #expect(!key.isSignature(changed, of: message + [0]))
        #expect(!key.isSignature(Array(changed.dropLast()), of: message))
        changed[63] ^= 1
        #expect(!key.isSignature(changed, of: message))
    }

    @Test func `what is no such key is refused in words`() {
        for wrong in [[], Array("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".utf8), publicPEM] {
            #expect(throws: KeyError.self) { try Ed25519.PrivateKey(pem: wrong) }
        }
        #expect(throws: KeyError.self) { try Ed25519.PublicKey(pem: privatePEM) }
        // A key for X25519 differs in one number.
        let other = pem("PRIVATE KEY", bytes("302e020100300506032b656e04220420" + seed))
        #expect { try Ed25519.PrivateKey(pem: other) } throws: { "\($0)".contains("not one for Ed25519") }
    }
}
