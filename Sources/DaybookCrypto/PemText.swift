internal import CDaybookCrypto

/// Keys in PEM, without a passphrase: there is nobody to ask for one.
enum PemText {
    /// What `parse` makes of the text; nil if it is no such key.
    ///
    /// libcrypto reads the text where it lies, so it lies still until the key is made.
    static func key(
        _ pem: [UInt8], _ parse: (_ text: OpaquePointer?, _ passphrase: UnsafeMutableRawPointer) -> OpaquePointer?
    ) -> OpaquePointer? {
        pem.withUnsafeBytes { bytes in
            guard let text = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
            defer {
                BIO_free(text)
                ERR_clear_error()
            }
            return parse(text, noPassphrase)
        }
    }

    /// libcrypto takes this for the passphrase instead of asking on the terminal.
    nonisolated(unsafe) private static let noPassphrase = UnsafeMutableRawPointer(
        UnsafeMutablePointer<CChar>.allocate(capacity: 1).initialized())
}

extension UnsafeMutablePointer<CChar> {
    /// An empty text.
    fileprivate func initialized() -> Self {
        initialize(to: 0)
        return self
    }
}
