internal import CDaybookCrypto

/// HMAC with SHA-256 (RFC 2104): who knows the key can make it and check it.
package enum Hmac {
    package static let byteCount = 32

    /// The code of a message under a key.
    package static func sha256(of message: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: byteCount)
        var written: UInt32 = 0
        let done = unsafe HMAC(
            EVP_sha256(), key, Int32(key.count), message, message.count, &code, &written)
        // Fails only without memory or where policy forbids SHA-256, where no log can be kept either.
        precondition(done != nil && Int(written) == byteCount, "libcrypto does not offer HMAC with SHA-256")
        return code
    }

    /// Whether that is the message's code; takes as long for a code that is wrong early as for one that is wrong late.
    package static func isSha256(_ code: [UInt8], of message: [UInt8], key: [UInt8]) -> Bool {
        ConstantTime.equal(code, sha256(of: message, key: key))
    }
}
