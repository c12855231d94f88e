/// One member of an object, as offsets into the bytes that were scanned.
package struct JSONMember: Equatable, Sendable {
    /// The key's text between its quotation marks, escapes and all.
    package let key: Range<Int>
    /// The value, without the white space around it.
    package let value: Range<Int>
}

/// What a JSON value is; its first byte tells.
package enum JSONKind: Equatable, Sendable {
    case object, array, text, number, flag, null

    package init?(firstByte byte: UInt8) {
        switch byte {
        case UInt8(ascii: "{"): self = .object
        case UInt8(ascii: "["): self = .array
        case UInt8(ascii: "\""): self = .text
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): self = .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .flag
        case UInt8(ascii: "n"): self = .null
        default: return nil
        }
    }
}
