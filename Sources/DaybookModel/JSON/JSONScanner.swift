// Reads JSON that nobody vouches for: job arguments, lines of an export, requests. It says whether bytes are one
// JSON value, strictly as RFC 8259 has it and more strictly where that leaves traps open, and where the members of
// an outermost object lie. It builds no tree and it does not recurse: what is open stands in a list of its own, so
// that depth is a limit that we set and not the stack's.
//
// Stricter than the RFC: keys of one object differ, texts hold no lone surrogates and, unless asked for, no NUL,
// and depth is limited.

/// Checks JSON values. Its memory is kept from one value to the next.
package struct JSONScanner {
    /// The members of the value scanned last, in their order, if it is an object.
    package private(set) var members: [JSONMember] = []

    /// How deep arrays and objects may stand in one another where the value is somebody else's.
    package static let usualDepthMax = 64

    private let depthMax: Int
    private let allowsNUL: Bool
    private var open: [Container] = []
    private var keys = JSONKeyList()
    /// The outermost object's member whose value is being scanned.
    private var memberKey = 0..<0
    private var memberStart = 0

    /// An array or object that has not ended yet.
    private struct Container {
        let isObject: Bool
        /// The first of its keys.
        let firstKey: Int
    }

    package init(depthMax: Int = JSONScanner.usualDepthMax, allowsNUL: Bool = false) {
        self.depthMax = depthMax
        self.allowsNUL = allowsNUL
    }

    /// Where the one value lies that `bytes` hold, with nothing around it but white space.
    package mutating func scanWhole(_ bytes: UnsafeRawBufferPointer) throws(JSONSyntaxError) -> Range<Int> {
        let value = try scanValue(bytes)
        let rest = JSONScanner.skipSpace(bytes, from: value.upperBound)
        guard rest == bytes.count else { throw JSONSyntaxError(.somethingFollows, at: rest) }
        return value
    }

    /// Where the first value from `start` on lies. What follows it is not looked at.
    package mutating func scanValue(
        _ bytes: UnsafeRawBufferPointer, from start: Int = 0
    ) throws(JSONSyntaxError) -> Range<Int> {
        guard bytes.count <= Int(Int32.max) else { throw JSONSyntaxError(.tooLong, at: 0) }
        members.removeAll(keepingCapacity: true)
        open.removeAll(keepingCapacity: true)
        keys.removeAll()
        let first = JSONScanner.skipSpace(bytes, from: start)
        var offset = first
        repeat {
            if try enterOrPass(bytes, &offset) { try leave(bytes, &offset) }
        } while !open.isEmpty
        return first..<offset
    }

    /// Passes one value; of an array or object that is not empty only the beginning. Answers whether a value ended.
    @inline(__always)
    private mutating func enterOrPass(
        _ bytes: UnsafeRawBufferPointer, _ offset: inout Int
    ) throws(JSONSyntaxError) -> Bool {
        guard offset < bytes.count else {
            throw JSONSyntaxError(open.isEmpty ? .valueMissing : .endsTooEarly, at: offset)
        }
        switch bytes[offset] {
        case UInt8(ascii: "\""): _ = try JSONScanner.passText(bytes, &offset, allowsNUL)
        case UInt8(ascii: "{"): return try enter(bytes, &offset, isObject: true)
        case UInt8(ascii: "["): return try enter(bytes, &offset, isObject: false)
        case UInt8(ascii: "t"): try JSONScanner.pass("true", bytes, &offset)
        case UInt8(ascii: "f"): try JSONScanner.pass("false", bytes, &offset)
        case UInt8(ascii: "n"): try JSONScanner.pass("null", bytes, &offset)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try JSONScanner.passNumber(bytes, &offset)
        default: throw JSONSyntaxError(open.isEmpty ? .valueMissing : .unexpectedByte, at: offset)
        }
        return true
    }

    /// Answers whether it ended at once, being empty.
    private mutating func enter(
        _ bytes: UnsafeRawBufferPointer, _ offset: inout Int, isObject: Bool
    ) throws(JSONSyntaxError) -> Bool {
        guard open.count < depthMax else { throw JSONSyntaxError(.tooDeep(depthMax), at: offset) }
        open.append(Container(isObject: isObject, firstKey: keys.count))
        offset = JSONScanner.skipSpace(bytes, from: offset + 1)
        guard offset < bytes.count else { throw JSONSyntaxError(.endsTooEarly, at: offset) }
        if bytes[offset] == UInt8(ascii: isObject ? "}" : "]") {
            offset += 1
            open.removeLast()
            return true
        }
        if isObject { try passKey(bytes, &offset) }
        return false
    }

    /// Behind a value: ends all that ends here, up to where the next value begins.
    @inline(__always)
    private mutating func leave(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws(JSONSyntaxError) {
        while let container = open.last {
            if container.isObject, open.count == 1 {
                members.append(JSONMember(key: memberKey, value: memberStart..<offset))
            }
            offset = JSONScanner.skipSpace(bytes, from: offset)
            guard offset < bytes.count else { throw JSONSyntaxError(.endsTooEarly, at: offset) }
            switch bytes[offset] {
            case UInt8(ascii: ","):
                offset = JSONScanner.skipSpace(bytes, from: offset + 1)
                if container.isObject { try passKey(bytes, &offset) }
                return
            case UInt8(ascii: "}") where container.isObject:
                if let duplicate = keys.close(from: container.firstKey, bytes) {
                    throw JSONSyntaxError(.duplicateKey, at: duplicate)
                }
            case UInt8(ascii: "]") where !container.isObject: break
            default: throw JSONSyntaxError(.unexpectedByte, at: offset)
            }
            offset += 1
            open.removeLast()
        }
    }

    /// A key and its colon, up to where the value begins.
    private mutating func passKey(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws(JSONSyntaxError) {
        guard offset < bytes.count else { throw JSONSyntaxError(.endsTooEarly, at: offset) }
        guard bytes[offset] == UInt8(ascii: "\"") else { throw JSONSyntaxError(.unexpectedByte, at: offset) }
        let start = offset + 1
        let isEscaped = try JSONScanner.passText(bytes, &offset, allowsNUL)
        let key = start..<offset - 1
        keys.append(bytes, key, isEscaped: isEscaped)
        offset = JSONScanner.skipSpace(bytes, from: offset)
        guard offset < bytes.count else { throw JSONSyntaxError(.endsTooEarly, at: offset) }
        guard bytes[offset] == UInt8(ascii: ":") else { throw JSONSyntaxError(.unexpectedByte, at: offset) }
        offset = JSONScanner.skipSpace(bytes, from: offset + 1)
        if open.count == 1 {
            memberKey = key
            memberStart = offset
        }
    }
}
