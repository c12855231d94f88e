#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// JSON may come with a mark of its byte order, and in UTF-16 or UTF-32.
extension JSONDocument {
    /// A copy of the bytes as UTF-8, without a mark. The caller releases it.
    static func copyAsUTF8(_ bytes: UnsafeRawBufferPointer) throws -> UnsafeRawBufferPointer {
        // The first two characters are ASCII, so there is a zero byte among the first two, or a mark, or it is UTF-8.
        guard bytes.count > 1, bytes[0] == 0 || bytes[1] == 0 || bytes[0] >= 0xEF else { return copy(bytes) }
        let (mark, encoding) = form(Array(bytes.prefix(4)))
        let text = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(mark))
        guard let encoding else { return copy(text) }
        guard var string = String(bytes: text, encoding: encoding) else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: [], debugDescription: "The bytes are no text."))
        }
        return string.withUTF8 { copy(UnsafeRawBufferPointer($0)) }
    }

    private static func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        copy.copyMemory(from: bytes)
        return UnsafeRawBufferPointer(copy)
    }

    /// How many bytes the mark has, and what is not UTF-8: by the zero bytes, as RFC 4627 has it.
    private static func form(_ first: [UInt8]) -> (mark: Int, String.Encoding?) {
        switch first {
        case [0, 0, 0xFE, 0xFF]: return (4, .utf32BigEndian)
        case [0xFE, 0xFF, 0, 0]: return (4, .utf32LittleEndian)
        case _ where first.starts(with: [0xFE, 0xFF]): return (2, .utf16BigEndian)
        case _ where first.starts(with: [0xFF, 0xFE]): return (2, .utf16LittleEndian)
        case _ where first.starts(with: [0xEF, 0xBB, 0xBF]): return (3, nil)
        default: break
        }
        switch first.map({ $0 == 0 }) {
        case [true, true, true, false]: return (0, .utf32BigEndian)
        case [false, true, true, true]: return (0, .utf32LittleEndian)
        case [true, false, true, false], [true, false]: return (0, .utf16BigEndian)
        case [false, true, false, true], [false, true]: return (0, .utf16LittleEndian)
        default: return (0, nil)
        }
    }
}
