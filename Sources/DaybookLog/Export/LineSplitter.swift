/// Cuts chunks of bytes into lines, wherever the chunks end.
struct LineSplitter: ~Copyable {
    /// Longer lines are refused: no export has them, and whoever sends them has something else in mind.
    static let lineBytesMax = 16 << 20

    private var begun = ByteBuffer()
    /// The number of the line that comes next, from 1.
    private(set) var next: UInt64 = 1

    init() {}

    mutating func feed(
        _ chunk: UnsafeRawBufferPointer, _ each: (UInt64, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var start = 0
        while let end = LineSplitter.endOfLine(chunk, from: start) {
            let part = UnsafeRawBufferPointer(rebasing: chunk[start..<end])
            start = end + 1
            if begun.count == 0 {
                try checkLength(part.count)
                try each(next, part)
            } else {
                try begin(part)
                try each(next, begun.bytes)
                begun.cut(to: 0)
            }
            next += 1
        }
        try begin(UnsafeRawBufferPointer(rebasing: chunk[start...]))
    }

    /// The last line may end without a line feed.
    mutating func finish(_ each: (UInt64, UnsafeRawBufferPointer) throws -> Void) throws {
        guard begun.count > 0 else { return }
        try each(next, begun.bytes)
        begun.cut(to: 0)
    }

    private mutating func begin(_ part: UnsafeRawBufferPointer) throws {
        try checkLength(begun.count + part.count)
        begun.append(part)
    }

    private func checkLength(_ count: Int) throws(LogError) {
        guard count > LineSplitter.lineBytesMax else { return }
        throw LogError(.damaged, "Line \(next) is longer than 16 MB; it is not a line of an export.")
    }

    private static func endOfLine(_ chunk: UnsafeRawBufferPointer, from start: Int) -> Int? {
        UnsafeRawBufferPointer(rebasing: chunk[start...]).firstIndex(of: UInt8(ascii: "\n")).map { $0 + start }
    }
}
