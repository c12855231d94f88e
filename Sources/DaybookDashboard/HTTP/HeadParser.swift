// Reads the head of a request, in HTTP/1.1 or 1.0 and in one spelling only.
//
// Two parties that read the same bytes differently can be played off against each other: one sees one request where the
// other sees two. So whatever could be read in two ways is refused, also where the standard would let it pass:
// lines that end in a bare line feed, folded lines, white space before a colon, a length that stands twice or
// beside chunks, signs and spaces in numbers, fields that may stand once and stand twice. Nothing is repaired and
// nothing is guessed.

struct HeadParser: Sendable {
    let limits: HTTPLimits

    /// The head at the start of `bytes` and where it ends; nil if its end has not come yet.
    func parse(_ bytes: [UInt8]) throws(BadRequest) -> (head: RequestHead, end: Int)? {
        var lines: [Range<Int>] = []
        var start = 0
        while true {
            guard let end = try lineEnd(bytes, from: start) else {
                guard bytes.count < limits.headBytesMax else { throw BadRequest(431, "the fields are too long") }
                return nil
            }
            guard end + 2 <= limits.headBytesMax else { throw BadRequest(431, "the fields are too long") }
            if end == start {
                guard let first = lines.first else { throw .malformed("it begins with an empty line") }
                return (try head(bytes, first, lines.dropFirst()), end + 2)
            }
            lines.append(start..<end)
            guard lines.count <= limits.fieldsMax + 1 else { throw BadRequest(431, "there are too many fields") }
            start = end + 2
        }
    }

    /// Where the line that begins at `start` ends: at a carriage return that a line feed follows.
    private func lineEnd(_ bytes: [UInt8], from start: Int) throws(BadRequest) -> Int? {
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case 0x0D:
                guard index + 1 < bytes.count else { return nil }
                guard bytes[index + 1] == 0x0A else { throw .malformed("a carriage return stands alone") }
                return index
            case 0x0A: throw .malformed("a line feed stands alone")
            case 0: throw .malformed("there is a NUL")
            default: index += 1
            }
            guard index - start <= limits.lineBytesMax else {
                throw start == 0 ? BadRequest(414, "the address is too long") : BadRequest(431, "a field is too long")
            }
        }
        return nil
    }

    // MARK: The request line

    private func head(
        _ bytes: [UInt8], _ line: Range<Int>, _ fieldLines: ArraySlice<Range<Int>>
    ) throws(BadRequest) -> RequestHead {
        let parts = bytes[line].split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed("the first line is not a method, an address and a version") }
        guard (1...16).contains(parts[0].count), parts[0].allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw .malformed("the method is none")
        }
        try HeadParser.checkTarget(parts[1])
        let isVersion11 = try version(parts[2])
        var fields: [HTTPField] = []
        for line in fieldLines { fields.append(try field(bytes[line])) }
        try HeadParser.checkNothingStandsTwice(fields)
        let connection = try HeadParser.tokens(fields, "connection")
        return RequestHead(
            method: String(decoding: parts[0], as: UTF8.self), target: String(decoding: parts[1], as: UTF8.self),
            isVersion11: isVersion11, fields: fields, framing: try framing(fields, isVersion11),
            keepsAlive: isVersion11 && !connection.contains("close"),
            expectsContinue: try expectation(fields, isVersion11))
    }

    private func version(_ text: ArraySlice<UInt8>) throws(BadRequest) -> Bool {
        if text.elementsEqual("HTTP/1.1".utf8) { return true }
        if text.elementsEqual("HTTP/1.0".utf8) { return false }
        let isVersion = text.starts(with: "HTTP/".utf8) && text.count == 8
        throw isVersion ? BadRequest(505, "the version is not HTTP/1.1") : .malformed("the version is none")
    }

    static func checkTarget(_ target: some Collection<UInt8>) throws(BadRequest) {
        guard target.first == UInt8(ascii: "/"),
            target.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") })
        else { throw .malformed("the address is not a path") }
    }

    // MARK: Fields

    private func field(_ line: ArraySlice<UInt8>) throws(BadRequest) -> HTTPField {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw .malformed("a line is no field") }
        let name = line[..<colon]
        // Folded lines begin with white space, which is no part of a name.
        guard !name.isEmpty, name.allSatisfy(HeadParser.isToken) else { throw .malformed("a field has no name") }
        let value = line[(colon + 1)...]
        guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw .malformed("a field holds a control character")
        }
        guard let text = String(validating: HeadParser.trimmed(value), as: UTF8.self) else {
            throw .malformed("a field is not UTF-8")
        }
        return HTTPField(String(decoding: name, as: UTF8.self), text)
    }

    /// What decides about a request may be said once.
    private static let once: Set = [
        "host", "content-length", "transfer-encoding", "content-type", "authorization", "cookie", "origin", "expect",
        "referer", "user-agent", "sec-fetch-site", "x-csrf-token", "idempotency-key",
    ]

    static func checkNothingStandsTwice(_ fields: [HTTPField]) throws(BadRequest) {
        for (index, field) in fields.enumerated() where fields[..<index].contains(where: { $0.name == field.name }) {
            guard !once.contains(field.name) else { throw .malformed("the field \(field.name) stands twice") }
        }
    }

    private func framing(_ fields: [HTTPField], _ isVersion11: Bool) throws(BadRequest) -> RequestHead.Framing {
        let host = fields.value("host")
        guard host != nil || !isVersion11 else { throw .malformed("there is no host") }
        let length = fields.value("content-length")
        guard let coding = fields.value("transfer-encoding") else {
            return .length(try length.map(self.length) ?? 0)
        }
        guard length == nil else { throw .malformed("there is a length beside a transfer coding") }
        guard isVersion11, coding.lowercased() == "chunked" else {
            throw .malformed("the transfer coding is not chunked")
        }
        return .chunked
    }

    private func length(_ text: String) throws(BadRequest) -> Int {
        guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(text)
        else { throw .malformed("the length is no number") }
        guard length <= limits.bodyBytesMax else { throw .bodyTooLarge }
        return length
    }

    private func expectation(_ fields: [HTTPField], _ isVersion11: Bool) throws(BadRequest) -> Bool {
        guard let expected = fields.value("expect") else { return false }
        guard expected.lowercased() == "100-continue", isVersion11 else {
            throw BadRequest(417, "that cannot be expected")
        }
        return true
    }

    private static func tokens(_ fields: [HTTPField], _ name: String) throws(BadRequest) -> [String] {
        fields.filter { $0.name == name }.flatMap { $0.value.split(separator: ",") }.map {
            $0.drop { $0 == " " || $0 == "\t" }.lowercased().filter { $0 != " " && $0 != "\t" }
        }
    }

    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        var bytes = bytes.drop(while: isSpace)
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return bytes
    }
}
