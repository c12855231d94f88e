// Lines from a descriptor, as many as there are without waiting. A line that is longer than allowed is passed over
// without being kept, so that no input, however hostile, takes more memory than one longest line.

/// Reads lines of bytes, numbered from 1.
struct LineReader {
    struct Line {
        let number: Int
        let bytes: [UInt8]
        /// Whether a line feed ended it; only the last line of all may lack one.
        let isTerminated: Bool
        /// The line was longer than allowed, and its bytes were not kept.
        let isTooLong: Bool

        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    private let descriptor: Int32
    private let lineBytesMax: Int
    private var buffer: [UInt8] = []
    private var start = 0
    private var number = 0
    private var isAtEnd = false
    /// Bytes of the present line were dropped already.
    private var isDropping = false

    init(_ descriptor: Int32, lineBytesMax: Int) {
        self.descriptor = descriptor
        self.lineBytesMax = lineBytesMax
    }

    /// Whether `next` would answer without waiting for whoever writes. Half a line is not enough: its writer may be
    /// waiting for us.
    mutating func hasNext(_ path: String) throws(Failure) -> Bool {
        while !isAtEnd, !buffer[start...].contains(UInt8(ascii: "\n")) {
            guard Descriptor.isReadable(descriptor) else { return false }
            try readOn(path)
        }
        return true
    }

    /// The next line, nil at the end.
    mutating func next(_ path: String) throws(Failure) -> Line? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = line(to: end, isTerminated: true)
                start = end + 1
                return line
            }
            searched = buffer.count
            if isAtEnd {
                guard start < buffer.count || isDropping else { return nil }
                let line = line(to: buffer.count, isTerminated: false)
                start = buffer.count
                return line
            }
            let found = searched - start
            try readOn(path)
            searched = start + found
            if isDropping { searched = start }
        }
    }

    private mutating func line(to end: Int, isTerminated: Bool) -> Line {
        number += 1
        let isTooLong = isDropping || end - start > lineBytesMax
        isDropping = false
        return Line(
            number: number, bytes: isTooLong ? [] : Array(buffer[start..<end]), isTerminated: isTerminated,
            isTooLong: isTooLong)
    }

    private mutating func readOn(_ path: String) throws(Failure) {
        buffer.removeFirst(start)
        start = 0
        if buffer.count > lineBytesMax {
            buffer.removeAll(keepingCapacity: true)
            isDropping = true
        }
        let count = Descriptor.read(descriptor, count: 1 << 16, into: &buffer)
        guard count >= 0 else { throw Files.unreadable(path, Int32(-count)) }
        if count == 0 { isAtEnd = true }
    }
}
