internal import CDaybookCrypto
internal import Synchronization

/// AES-256 in Galois/Counter mode (NIST SP 800-38D): keeps a message secret and shows whether it was altered.
///
/// A nonce is used once with a key, or both are worthless. Random ones are good for 2³² messages.
package enum AesGcm {
    package static let keyByteCount = 32
    package static let nonceByteCount = 12
    package static let tagByteCount = 16

    /// The message under the key, with its tag behind it. `context` is not secret, but opening needs the same.
    package static func seal(
        _ message: UnsafeRawBufferPointer, key: [UInt8], nonce: [UInt8], context: [UInt8]
    ) -> [UInt8] {
        precondition(key.count == keyByteCount && nonce.count == nonceByteCount)
        return [UInt8](unsafeUninitializedCapacity: message.count + tagByteCount) { out, count in
            let start = out.baseAddress!
            let done = unsafe Cipher.with { cipher in
                var written: Int32 = 0
                return EVP_EncryptInit_ex2(cipher, Cipher.algorithm, key, nonce, nil) == 1
                    && EVP_EncryptUpdate(cipher, nil, &written, context, Int32(context.count)) == 1
                    && EVP_EncryptUpdate(cipher, start, &written, message.bytes, Int32(message.count)) == 1
                    && EVP_EncryptFinal_ex(cipher, start + message.count, &written) == 1
                    && EVP_CIPHER_CTX_ctrl(
                        cipher, EVP_CTRL_AEAD_GET_TAG, Int32(tagByteCount), start + message.count) == 1
            }
            // Fails only without memory or where policy forbids AES.
            precondition(done, "libcrypto does not encrypt with AES-256-GCM")
            count = message.count + tagByteCount
        }
    }

    /// The message of what was sealed; nil if the key, the nonce or the context is another or anything was altered.
    package static func open(
        _ sealed: UnsafeRawBufferPointer, key: [UInt8], nonce: [UInt8], context: [UInt8]
    ) -> [UInt8]? {
        guard key.count == keyByteCount, nonce.count == nonceByteCount, sealed.count >= tagByteCount else { return nil }
        let messageCount = sealed.count - tagByteCount
        var tag = Array(sealed[messageCount...])
        var isWhole = false
        let message = [UInt8](unsafeUninitializedCapacity: messageCount + 1) { out, count in
            let start = out.baseAddress!
            isWhole = unsafe Cipher.with { cipher in
                var written: Int32 = 0
                return EVP_DecryptInit_ex2(cipher, Cipher.algorithm, key, nonce, nil) == 1
                    && EVP_DecryptUpdate(cipher, nil, &written, context, Int32(context.count)) == 1
                    && EVP_DecryptUpdate(cipher, start, &written, sealed.bytes, Int32(messageCount)) == 1
                    && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, Int32(tagByteCount), &tag) == 1
                    && EVP_DecryptFinal_ex(cipher, start + messageCount, &written) == 1
            }
            count = isWhole ? messageCount : 0
        }
        return isWhole ? message : nil
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var bytes: UnsafePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}

/// What libcrypto needs for a message, made once and used by one thread at a time: making it costs as much as sealing
/// a short one.
private enum Cipher {
    /// Looked up once; libcrypto never changes it.
    nonisolated(unsafe) static let algorithm = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil)

    /// Unchecked because the list below hands each to one caller at a time.
    private struct Spare: @unchecked Sendable {
        let context: OpaquePointer
    }

    private static let spare = Mutex<[Spare]>([])
    private static let spareMax = 16

    static func with(_ body: (OpaquePointer) -> Bool) -> Bool {
        guard let context = spare.withLock({ $0.popLast() })?.context ?? EVP_CIPHER_CTX_new() else { return false }
        let done = body(context)
        // Nothing of a key stays behind in what waits for its next use.
        EVP_CIPHER_CTX_reset(context)
        let isKept = spare.withLock { spare in
            guard spare.count < spareMax else { return false }
            spare.append(Spare(context: context))
            return true
        }
        if !isKept { EVP_CIPHER_CTX_free(context) }
        return done
    }
}
