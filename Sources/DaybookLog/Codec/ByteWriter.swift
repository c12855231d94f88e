/// Writes numbers and bytes one after the other. It checks nothing: whoever makes one has made room first.
struct ByteWriter {
    private(set) var position: UnsafeMutableRawPointer

    /// The caller owns the memory and knows that everything written will fit.
    init(at position: UnsafeMutableRawPointer) {
        self.position = position
    }

    /// Passes bytes that have been written at `position` by other means.
    @inline(__always)
    mutating func skip(_ count: Int) {
        position += count
    }

    @inline(__always)
    mutating func byte(_ value: UInt8) {
        position.storeBytes(of: value, as: UInt8.self)
        position += 1
    }

    @inline(__always)
    mutating func fixed<T: FixedWidthInteger>(_ value: T) {
        position.storeBytes(of: value.littleEndian, as: T.self)
        position += MemoryLayout<T>.size
    }

    @inline(__always)
    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            byte(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        byte(UInt8(truncatingIfNeeded: rest))
    }

    @inline(__always)
    mutating func zigzag(_ value: Int64) {
        varint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    @inline(__always)
    mutating func bytes(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        position.copyMemory(from: base, byteCount: bytes.count)
        position += bytes.count
    }

    mutating func text(_ text: String) {
        var text = text
        text.withUTF8 {
            varint(UInt64($0.count))
            bytes(UnsafeRawBufferPointer($0))
        }
    }
}

extension ByteWriter {
    /// The most a varint can take.
    static let varintBytesMax = 10

    static func varintBytes(_ value: UInt64) -> Int {
        max(1, (UInt64.bitWidth - value.leadingZeroBitCount + 6) / 7)
    }
}
