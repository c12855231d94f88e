internal import CDaybookZlib

/// Compression, of blocks that are in memory whole.
enum Deflate {
    /// The fastest level: what makes an archive small is that its events are alike, and every level sees that.
    private static let level: Int32 = 1

    static func compressed(_ bytes: [UInt8]) throws(LogError) -> [UInt8] {
        var count = compressBound(uLong(bytes.count))
        var code: Int32 = Z_OK
        let result = [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, written in
            code = bytes.withUnsafeBufferPointer {
                compress2(buffer.baseAddress, &count, $0.baseAddress, uLong(bytes.count), level)
            }
            written = code == Z_OK ? Int(count) : 0
        }
        guard code == Z_OK else { throw LogError(.unusable, "There is no memory to compress a part of the log.") }
        return result
    }

    /// Nil if that is not what `compressed` made of so many bytes.
    static func expanded(_ bytes: UnsafeRawBufferPointer, count: Int) -> [UInt8]? {
        var length = uLong(count)
        var code: Int32 = Z_OK
        let result = [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            code = uncompress(
                buffer.baseAddress, &length, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
                uLong(bytes.count))
            written = code == Z_OK ? Int(length) : 0
        }
        return code == Z_OK && result.count == count ? result : nil
    }
}
