internal import CDaybookCrypto

/// A key that could not be read, in a sentence that completes "The key …".
package struct KeyError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
}

/// Ed25519 (RFC 8032): who has the private key signs, and everybody who has the public one can check.
package enum Ed25519 {
    package static let signatureByteCount = 64

    /// Signs with a key from PEM, `openssl genpkey -algorithm ed25519`. Unchecked because libcrypto never changes a key
    /// that it has read.
    package final class PrivateKey: @unchecked Sendable {
        private let key: OpaquePointer
        /// The 32 bytes of the public key that belongs to it.
        package let publicBytes: [UInt8]

        package init(pem: [UInt8]) throws(KeyError) {
            key = try read(pem, "private key") { unsafe PEM_read_bio_PrivateKey($0, nil, nil, $1) }
            publicBytes = rawPublicBytes(of: key)
        }

        deinit { EVP_PKEY_free(key) }

        package func signature(of message: [UInt8]) -> [UInt8] {
            var signature = [UInt8](repeating: 0, count: signatureByteCount)
            var count = signature.count
            let context = EVP_MD_CTX_new()
            defer { EVP_MD_CTX_free(context) }
            let done =
                EVP_DigestSignInit(context, nil, nil, nil, key) == 1
                && EVP_DigestSign(context, &signature, &count, message, message.count) == 1
            // Fails only without memory: the key was read as one of Ed25519.
            precondition(done && count == signatureByteCount, "libcrypto does not sign with Ed25519")
            return signature
        }
    }

    /// Checks with a key from PEM, `openssl pkey -pubout`. Unchecked for the reason above.
    package final class PublicKey: @unchecked Sendable {
        private let key: OpaquePointer
        package let bytes: [UInt8]

        package init(pem: [UInt8]) throws(KeyError) {
            key = try read(pem, "public key") { unsafe PEM_read_bio_PUBKEY($0, nil, nil, $1) }
            bytes = rawPublicBytes(of: key)
        }

        deinit { EVP_PKEY_free(key) }

        package func isSignature(_ signature: [UInt8], of message: [UInt8]) -> Bool {
            let context = EVP_MD_CTX_new()
            defer { EVP_MD_CTX_free(context) }
            return signature.count == signatureByteCount
                && EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
                && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        }
    }

    private static func read(
        _ pem: [UInt8], _ what: String, _ parse: (OpaquePointer?, UnsafeMutableRawPointer) -> OpaquePointer?
    ) throws(KeyError) -> OpaquePointer {
        guard let key = PemText.key(pem, parse) else {
            throw KeyError(description: "is no \(what) in PEM without a passphrase")
        }
        guard EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 else {
            EVP_PKEY_free(key)
            throw KeyError(description: "is not one for Ed25519; make one with `openssl genpkey -algorithm ed25519`")
        }
        return key
    }

    private static func rawPublicBytes(of key: OpaquePointer) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        precondition(EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1 && count == 32)
        return bytes
    }
}
