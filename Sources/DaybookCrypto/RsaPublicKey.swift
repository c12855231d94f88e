internal import CDaybookCrypto

/// Checks signatures of RSA with SHA-256 and PKCS #1 v1.5 padding, which JSON web tokens call RS256.
///
/// Unchecked because libcrypto allows one key to be used by several threads at once, and nothing here changes it.
package final class RsaPublicKey: @unchecked Sendable {
    private let key: OpaquePointer

    /// Shorter keys can be broken.
    package static let bitsMin: Int32 = 2048

    /// Nil if the text is no public key in PEM, not one of RSA, or too short.
    package init?(pem: String) {
        let read = PemText.key(Array(pem.utf8)) { unsafe PEM_read_bio_PUBKEY($0, nil, nil, $1) }
        guard let key = unsafe read else { return nil }
        guard unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA,
            unsafe EVP_PKEY_get_bits(key) >= RsaPublicKey.bitsMin
        else {
            unsafe EVP_PKEY_free(key)
            return nil
        }
        unsafe self.key = key
    }

    deinit {
        unsafe EVP_PKEY_free(key)
    }

    /// Whether whoever has the private key has signed the message.
    package func isSignature(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1 else { return false }
        return unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
