internal import DaybookModel

/// Bytes that grow at their end: what `[UInt8]` is without looking for other owners at each byte.
///
/// Whoever makes it releases it.
struct JSONBytes {
    private(set) var start: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    private var capacity: Int

    /// Eight bytes may be read from where any byte stands.
    private static let margin = 8

    init(capacity: Int) {
        start = .allocate(capacity: capacity + JSONBytes.margin)
        self.capacity = capacity
    }

    func release() { start.deallocate() }

    var array: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

    func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: start + range.lowerBound, count: range.count)
    }

    @inline(__always)
    mutating func reserve(_ more: Int) {
        if capacity - count < more { grow(more) }
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        capacity = max(capacity * 2, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + JSONBytes.margin)
        larger.update(from: start, count: count)
        start.deallocate()
        start = larger
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        start[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.baseAddress else { return }
        reserve(bytes.count)
        UnsafeMutableRawPointer(start + count).copyMemory(from: first, byteCount: bytes.count)
        count += bytes.count
    }

    mutating func append(_ word: StaticString) {
        append(UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    mutating func append(ascii text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    mutating func cut(to count: Int) { self.count = count }

    /// The two places may overlap.
    mutating func move(_ range: Range<Int>, to offset: Int) {
        UnsafeMutableRawPointer(start + offset).copyMemory(from: start + range.lowerBound, byteCount: range.count)
    }

    mutating func put(_ bytes: JSONBytes, at offset: Int) {
        UnsafeMutableRawPointer(start + offset).copyMemory(from: bytes.start, byteCount: bytes.count)
    }

    /// Counts bytes in that are written afterwards.
    mutating func extend(by more: Int) {
        reserve(more)
        count += more
    }
}

// MARK: Values

extension JSONBytes {
    /// Writes a text between quotation marks, with the escapes that Foundation writes. Answers whether any was needed.
    @discardableResult
    @inline(__always)
    mutating func append(quoted text: String) -> Bool {
        var text = text
        return text.withUTF8 { append(quoted: UnsafeRawBufferPointer($0)) }
    }

    @discardableResult
    mutating func append(quoted text: UnsafeRawBufferPointer) -> Bool {
        reserve(text.count + 2)
        append(UInt8(ascii: "\""))
        var offset = 0
        var isEscaped = false
        while true {
            let plain = JSONText.endOfPlain(text, from: offset)
            append(UnsafeRawBufferPointer(rebasing: text[offset..<plain]))
            guard plain < text.count else { break }
            append(escaped: text[plain])
            isEscaped = true
            offset = plain + 1
        }
        append(UInt8(ascii: "\""))
        return isEscaped
    }

    private mutating func append(escaped byte: UInt8) {
        switch byte {
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        case 0..<0x20:
            append(byte < 0x10 ? "\\u000" : "\\u001")
            append((byte & 15) + (byte & 15 < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
        default:
            append(UInt8(ascii: "\\"))
            append(byte)
        }
    }

    @inline(__always)
    mutating func append(value: Bool) { value ? append("true") : append("false") }

    @inline(__always)
    mutating func append(value: some FixedWidthInteger) {
        guard let number = UInt64(exactly: value.magnitude) else { return append(ascii: "\(value)") }
        if value < 0 { append(UInt8(ascii: "-")) }
        append(digitsOf: number)
    }

    private mutating func append(digitsOf number: UInt64) {
        let longest = 20
        reserve(longest)
        var rest = number
        var digits = 1
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        rest = number
        var place = start + count + digits
        repeat {
            let (tens, ones) = rest.quotientAndRemainder(dividingBy: 10)
            place -= 1
            place.pointee = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: ones)
            rest = tens
        } while rest > 0
        count += digits
    }

    /// The shortest digits that are read as the same number; integral numbers without a fraction.
    mutating func append(value: some BinaryFloatingPoint & LosslessStringConvertible) {
        append(ascii: value.description)
        guard count >= 2, start[count - 1] == UInt8(ascii: "0"), start[count - 2] == UInt8(ascii: ".") else { return }
        count -= 2
    }
}
