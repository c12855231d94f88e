/// Bytes that are read, and where each value stands in them.
///
/// It has a copy of the bytes: a decoder that a type keeps reads on as long as it likes.
final class JSONDocument {
    let bytes: UnsafeRawBufferPointer
    let tokens: JSONTokens
    /// The members by their keys, of objects whose keys cannot be compared byte by byte.
    var places: [UInt32: [String: UInt32]] = [:]
    /// Where the document stands in another one.
    private let prefix: [any CodingKey]

    /// The value that is not in any other.
    static let whole: UInt32 = 0

    init(_ bytes: [UInt8], prefix: [any CodingKey] = []) throws {
        self.prefix = prefix
        self.bytes = try bytes.withUnsafeBytes { try JSONDocument.copyAsUTF8($0) }
        var tokenizer = JSONTokenizer(self.bytes)
        do throws(JSONFlaw) {
            try tokenizer.run()
        } catch {
            self.bytes.deallocate()
            tokenizer.tokens.release()
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: prefix, debugDescription: "The bytes are not JSON, at offset \(error.offset)."))
        }
        tokens = tokenizer.tokens
    }

    deinit {
        bytes.deallocate()
        tokens.release()
    }

    func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }

    /// The keys and places that lead to a value.
    func path(to token: UInt32) -> [any CodingKey] {
        var path: [any CodingKey] = []
        var token = token
        while token != JSONDocument.whole {
            let parent = tokens[token].parent
            if tokens[parent].kind == .array {
                path.append(JSONKey(index: tokens[token].index))
            } else {
                path.append(JSONKey(stringValue: (try? key(of: token)) ?? ""))
            }
            token = parent
        }
        return prefix + path.reversed()
    }
}
