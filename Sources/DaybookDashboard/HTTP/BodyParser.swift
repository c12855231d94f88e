/// Takes a request's body out of what comes in, whole or in chunks. Chunks have no extensions and no trailer here:
/// nobody who talks to Daybook has a use for them, and they are where readers differ.
struct BodyParser: Sendable {
    private enum Part {
        case counted(left: Int)
        case chunkSize
        case chunk(left: Int)
        case chunkEnd
        case lastEnd
        case done
    }

    private(set) var body: [UInt8] = []
    private var part: Part
    private let bytesMax: Int

    init(_ framing: RequestHead.Framing, bytesMax: Int) {
        self.bytesMax = bytesMax
        switch framing {
        case .length(0): part = .done
        case .length(let length): part = .counted(left: length)
        case .chunked: part = .chunkSize
        }
    }

    var isDone: Bool { if case .done = part { true } else { false } }

    /// Takes what belongs to the body from the front of `bytes`, from `start` on. Answers how far it came.
    mutating func take(_ bytes: [UInt8], from start: Int) throws(BadRequest) -> Int {
        var offset = start
        while offset < bytes.count {
            switch part {
            case .done: return offset
            case .counted(let left):
                let count = append(bytes, offset, left)
                offset += count
                part = left == count ? .done : .counted(left: left - count)
            case .chunk(let left):
                let count = append(bytes, offset, left)
                offset += count
                part = left == count ? .chunkEnd : .chunk(left: left - count)
            case .chunkSize:
                guard let end = try lineEnd(bytes, offset) else { return offset }
                let size = try chunkSize(bytes[offset..<end])
                guard body.count + size <= bytesMax else { throw .bodyTooLarge }
                part = size == 0 ? .lastEnd : .chunk(left: size)
                offset = end + 2
            case .chunkEnd, .lastEnd:
                guard let end = try lineEnd(bytes, offset) else { return offset }
                guard end == offset else { throw .malformed("a chunk does not end where it says, or has a trailer") }
                if case .lastEnd = part { part = .done } else { part = .chunkSize }
                offset = end + 2
            }
        }
        return offset
    }

    private mutating func append(_ bytes: [UInt8], _ offset: Int, _ left: Int) -> Int {
        let count = min(left, bytes.count - offset)
        body.append(contentsOf: bytes[offset..<offset + count])
        return count
    }

    /// The lines between chunks are short; whoever sends a long one is up to something.
    private static let lineBytesMax = 8

    private func lineEnd(_ bytes: [UInt8], _ start: Int) throws(BadRequest) -> Int? {
        for index in start..<bytes.count {
            if bytes[index] == 0x0D {
                guard index + 1 < bytes.count else { return nil }
                guard bytes[index + 1] == 0x0A else { throw .malformed("a carriage return stands alone") }
                return index
            }
            guard bytes[index] != 0x0A, index - start < BodyParser.lineBytesMax else {
                throw .malformed("the size of a chunk is none")
            }
        }
        return nil
    }

    private func chunkSize(_ digits: ArraySlice<UInt8>) throws(BadRequest) -> Int {
        guard !digits.isEmpty else { throw .malformed("the size of a chunk is none") }
        var size = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): size = size << 4 | Int(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): size = size << 4 | Int(digit - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): size = size << 4 | Int(digit - UInt8(ascii: "A") + 10)
            default: throw .malformed("the size of a chunk is none")
            }
        }
        return size
    }
}
