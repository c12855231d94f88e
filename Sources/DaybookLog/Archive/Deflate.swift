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

    /// What `compressed` begins with: the method, and that it was told to be quick.
    static let beginning: [UInt8] = [0x78, 0x01]

    /// What came out of bytes that may be cut, damaged, or followed by others.
    struct Expanded {
        enum Ending {
            case whole, cut, damaged
        }

        var bytes: [UInt8] = []
        /// So many of those that were stored.
        var storedCount = 0
        var ending = Ending.damaged
    }

    /// Expands as far as it goes, and not much further than to `countMax` bytes.
    static func expandedAsFar(_ bytes: UnsafeRawBufferPointer, countMax: Int) -> Expanded {
        var result = Expanded()
        var stream = z_stream()
        // zlib wants to find its stream where it left it.
        withUnsafeMutablePointer(to: &stream) { stream in
            guard inflateInit_(stream, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return }
            defer { inflateEnd(stream) }
            let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.next_in = UnsafeMutablePointer(mutating: start)
            stream.pointee.avail_in = UInt32(clamping: bytes.count)
            var code = Z_OK
            while code == Z_OK, result.bytes.count < countMax {
                result.bytes += [UInt8](unsafeUninitializedCapacity: 256 << 10) { buffer, written in
                    stream.pointee.next_out = buffer.baseAddress
                    stream.pointee.avail_out = UInt32(buffer.count)
                    code = inflate(stream, Z_NO_FLUSH)
                    written = buffer.count - Int(stream.pointee.avail_out)
                }
            }
            result.storedCount = bytes.count - Int(stream.pointee.avail_in)
            result.ending = code == Z_STREAM_END ? .whole : code == Z_BUF_ERROR ? .cut : .damaged
        }
        return result
    }
}
