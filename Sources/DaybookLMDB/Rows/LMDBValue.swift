/// What can be stored as the value of a row.
@usableFromInline
package protocol LMDBValue {
    var encodedByteCount: Int { get }

    /// Writes exactly `encodedByteCount` bytes; `bytes` is as long as that and lies in the database page itself.
    func encode(into bytes: inout MutableRawSpan)

    /// Reads a value back; nil if the bytes are no such value. They lie in the map: keep a copy, never a reference.
    init?(valueBytes: RawSpan)
}

extension UInt64: LMDBValue {
    @inlinable
    package var encodedByteCount: Int { 8 }

    /// Eight bytes little-endian.
    @inlinable
    package func encode(into bytes: inout MutableRawSpan) {
        bytes.storeBytes(of: littleEndian, as: UInt64.self)
    }

    @inlinable
    package init?(valueBytes: RawSpan) {
        guard valueBytes.byteCount == 8 else { return nil }
        self = UInt64(littleEndian: unsafe valueBytes.unsafeLoadUnaligned(as: UInt64.self))
    }
}

extension [UInt8]: LMDBValue {
    @inlinable
    package var encodedByteCount: Int { count }

    @inlinable
    package func encode(into bytes: inout MutableRawSpan) {
        unsafe withUnsafeBytes { source in
            unsafe bytes.withUnsafeMutableBytes { unsafe $0.copyMemory(from: source) }
        }
    }

    @inlinable
    package init?(valueBytes: RawSpan) {
        self = unsafe valueBytes.withUnsafeBytes { unsafe [UInt8]($0) }
    }
}
