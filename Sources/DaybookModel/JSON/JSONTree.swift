/// A small JSON value, taken apart: what settings and bundles are read with. For much JSON there is
/// ``JSONScanner``, which builds nothing.
package indirect enum JSONTree: Equatable, Sendable {
    case object([Member])
    case array([JSONTree])
    case text(String)
    /// As it stands there.
    case number(String)
    case flag(Bool)
    case null

    package struct Member: Equatable, Sendable {
        package let name: String
        package let value: JSONTree
        /// The value's bytes as they stand there.
        package let raw: [UInt8]
    }

    package init(_ bytes: [UInt8]) throws(JSONSyntaxError) {
        var scanner = JSONScanner()
        // Depth is bounded by the scanner, and so is the recursion that follows.
        self.init(checked: bytes[try scanner.scan(bytes)])
    }

    /// Of bytes that have been scanned and are one value without anything around it.
    private init(checked bytes: ArraySlice<UInt8>) {
        switch bytes.first.flatMap(JSONKind.init(firstByte:)) {
        case .object: self = .object(JSONTree.members(of: bytes))
        case .array: self = .array(JSONScanner.elements(of: bytes).map { JSONTree(checked: $0) })
        case .text: self = .text(bytes.dropFirst().dropLast().withUnsafeBytes { JSONText.string($0) })
        case .number: self = .number(String(decoding: bytes, as: UTF8.self))
        case .flag: self = .flag(bytes.first == UInt8(ascii: "t"))
        case .null, nil: self = .null
        }
    }

    private static func members(of bytes: ArraySlice<UInt8>) -> [Member] {
        let object = Array(bytes)
        var scanner = JSONScanner()
        guard (try? scanner.scan(object)) != nil else { return [] }
        return scanner.members.map { member in
            Member(
                name: object[member.key].withUnsafeBytes { JSONText.string($0) },
                value: JSONTree(checked: object[member.value]), raw: Array(object[member.value]))
        }
    }

    // MARK: Looking in

    package subscript(_ name: String) -> JSONTree? { member(name)?.value }

    package func member(_ name: String) -> Member? { members?.first { $0.name == name } }

    package var members: [Member]? { if case .object(let members) = self { members } else { nil } }
    package var elements: [JSONTree]? { if case .array(let elements) = self { elements } else { nil } }
    package var text: String? { if case .text(let text) = self { text } else { nil } }
    package var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
    package var isNull: Bool { self == .null }

    /// A whole number that fits.
    package func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number? {
        if case .number(let text) = self { Number(text) } else { nil }
    }

    package var double: Double? { if case .number(let text) = self { Double(text) } else { nil } }
}
