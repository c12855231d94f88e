internal import CDaybookCrypto

/// SHA-256 of a message in one piece.
package enum Digest {
    package static func sha256(of message: [UInt8]) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: Int(DAYBOOK_SHA256_BYTES))
        // Fails only where policy forbids SHA-256, and no log can be kept there either.
        precondition(unsafe SHA256(message, message.count, &hash) != nil, "libcrypto does not offer SHA-256")
        return hash
    }
}
