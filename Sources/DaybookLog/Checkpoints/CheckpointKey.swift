// Keys that vouch for checkpoints. Ed25519 is the usual one: whoever checks needs no secret, and whoever has the
// log and the public key cannot make one. HMAC is for where one secret is shared by who writes and who checks.

internal import DaybookCrypto

/// Signs checkpoints.
///
///     options.checkpoints(every: .seconds(3_600), to: "/mnt/safe/checkpoints", signedBy: try .file("key.pem"))
public struct CheckpointKey: Sendable {
    private enum Secret: Sendable {
        case ed25519(Ed25519.PrivateKey)
        case hmac(HmacKey)
    }

    private let secret: Secret

    /// Reads a key from a file: a private Ed25519 key in PEM (`openssl genpkey -algorithm ed25519`), or a secret
    /// for HMAC as at least 32 hex digits (`openssl rand -hex 32`).
    public static func file(_ path: String) throws -> CheckpointKey {
        let bytes = try LooseFile.contents(path)
        if KeyText.isPEM(bytes) {
            do throws(KeyError) {
                return CheckpointKey(secret: .ed25519(try Ed25519.PrivateKey(pem: bytes)))
            } catch {
                throw LogError(.badInput, "\(path) \(error).")
            }
        }
        return CheckpointKey(secret: .hmac(try HmacKey(bytes, path)))
    }

    var algorithm: CheckpointAlgorithm {
        switch secret {
        case .ed25519: .ed25519
        case .hmac: .hmac
        }
    }

    /// Tells keys apart without giving anything away.
    var name: String {
        switch secret {
        case .ed25519(let key): KeyText.name(ofPublic: key.publicBytes)
        case .hmac(let key): key.name
        }
    }

    func signature(of message: [UInt8]) -> [UInt8] {
        switch secret {
        case .ed25519(let key): key.signature(of: message)
        case .hmac(let key): Hmac.sha256(of: message, key: key.bytes)
        }
    }
}

/// Checks who signed a checkpoint.
package struct CheckpointCheckKey: Sendable {
    private enum Known: Sendable {
        case ed25519(Ed25519.PublicKey)
        case hmac(HmacKey)
    }

    private let known: Known

    /// Reads a public Ed25519 key in PEM (`openssl pkey -in key.pem -pubout`), or the secret of HMAC.
    package static func file(_ path: String) throws -> CheckpointCheckKey {
        let bytes = try LooseFile.contents(path)
        if KeyText.isPEM(bytes) {
            do throws(KeyError) {
                return CheckpointCheckKey(known: .ed25519(try Ed25519.PublicKey(pem: bytes)))
            } catch {
                throw LogError(.badInput, "\(path) \(error).")
            }
        }
        return CheckpointCheckKey(known: .hmac(try HmacKey(bytes, path)))
    }

    /// Whether the key is for that algorithm, and the signature is by it.
    func isSignature(_ signature: [UInt8], of message: [UInt8], by algorithm: CheckpointAlgorithm) -> Bool {
        switch (known, algorithm) {
        case (.ed25519(let key), .ed25519): key.isSignature(signature, of: message)
        case (.hmac(let key), .hmac): Hmac.isSha256(signature, of: message, key: key.bytes)
        default: false
        }
    }
}

/// How a checkpoint is signed.
package enum CheckpointAlgorithm: String, Sendable {
    case ed25519
    case hmac = "hmac-sha256"
}

/// A shared secret.
private struct HmacKey: Sendable {
    let bytes: [UInt8]

    private static let byteCountMin = 16

    init(_ text: [UInt8], _ path: String) throws(LogError) {
        let digits = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined()
        guard let bytes = Hexadecimal.bytes(digits.lowercased()), bytes.count >= HmacKey.byteCountMin else {
            throw LogError(
                .badInput,
                """
                \(path) is no key: it is to hold an Ed25519 key in PEM (`openssl genpkey -algorithm ed25519`) or at \
                least \(2 * HmacKey.byteCountMin) hex digits for HMAC (`openssl rand -hex 32`).
                """)
        }
        self.bytes = bytes
    }

    var name: String { KeyText.name(Hmac.sha256(of: Array("daybook checkpoint".utf8), key: bytes)) }
}

private enum KeyText {
    static func isPEM(_ bytes: [UInt8]) -> Bool {
        String(decoding: bytes, as: UTF8.self).contains("-----BEGIN ")
    }

    static func name(ofPublic bytes: [UInt8]) -> String {
        name(bytes.withUnsafeBytes { Sha256().hash($0) }.withBytes { Array($0) })
    }

    static func name(_ hash: [UInt8]) -> String { hash.prefix(8).withUnsafeBytes { Hexadecimal.text($0) } }
}
