/// Bytes that order as the keys do. Encoding must not allocate for keys of fixed size.
@usableFromInline
package protocol LMDBKey {
    /// Calls `body` with the key's bytes, valid only during the call.
    func withKeyBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result

    /// Reads a key back; nil if the bytes are no such key.
    init?(keyBytes: RawSpan)
}

extension UInt64: LMDBKey {
    /// Eight bytes big-endian, so that LMDB's byte order is numeric order.
    @inlinable
    package func withKeyBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe Swift.withUnsafeBytes(of: bigEndian, body)
    }

    @inlinable
    package init?(keyBytes: RawSpan) {
        guard keyBytes.byteCount == 8 else { return nil }
        self = UInt64(bigEndian: unsafe keyBytes.unsafeLoadUnaligned(as: UInt64.self))
    }
}

extension String: LMDBKey {
    /// UTF-8, without allocation for native strings.
    @inlinable
    package func withKeyBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let span = utf8.span
        return try unsafe span.withUnsafeBytes(body)
    }

    @inlinable
    package init?(keyBytes: RawSpan) {
        let text = unsafe keyBytes.withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
        guard let text else { return nil }
        self = text
    }
}

extension [UInt8]: LMDBKey {
    @inlinable
    package func withKeyBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe span.withUnsafeBytes(body)
    }

    @inlinable
    package init?(keyBytes: RawSpan) {
        self = unsafe keyBytes.withUnsafeBytes { unsafe [UInt8]($0) }
    }
}
