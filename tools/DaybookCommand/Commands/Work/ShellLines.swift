import Daybook

/// Makes log lines of what a job's command writes to standard error, as it comes.
struct ShellLines {
    private let context: JobContext
    /// A line whose end has not come yet.
    private var rest: [UInt8] = []

    /// What is longer goes on in another line: a command that ends none must not fill the memory.
    private static let lineBytesMax = 8 << 10

    init(_ context: JobContext) {
        self.context = context
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var left = bytes[...]
        while !left.isEmpty {
            let piece = left.prefix { $0 != UInt8(ascii: "\n") }.prefix(ShellLines.lineBytesMax - rest.count)
            rest.append(contentsOf: piece)
            left = left[piece.endIndex...]
            if left.first == UInt8(ascii: "\n") {
                left = left.dropFirst()
                say()
            } else if rest.count == ShellLines.lineBytesMax {
                say()
            }
        }
    }

    /// The last line may have no end.
    mutating func end() {
        if !rest.isEmpty { say() }
    }

    private mutating func say() {
        if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
        if !rest.isEmpty { context.log(.info, String(decoding: rest, as: UTF8.self)) }
        rest.removeAll(keepingCapacity: true)
    }
}
