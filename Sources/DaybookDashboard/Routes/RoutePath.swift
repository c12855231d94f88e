// The one spelling of each address. Two spellings of one address are two chances to find a door that is guarded in the
// one and not in the other, so there are no others: a path is taken as it was sent, its fixed parts are compared
// byte by byte, and whatever is encoded where it need not be, doubled, dotted or ends in a slash is no path of
// ours. Only what stands for a name may be encoded, and it may not hold what would make a path of it.

/// Such as `/jobs/{job}/cancel`.
struct RoutePath: Sendable, CustomStringConvertible {
    private enum Part: Sendable, Equatable {
        case fixed(String)
        case name(String)
        /// Stands for an event's number, and for nothing else.
        case number(String)
    }

    let description: String
    private let parts: [Part]

    init(_ text: String) {
        description = text
        parts =
            text == "/"
            ? []
            : text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
                guard part.hasPrefix("{") else { return .fixed(String(part)) }
                let name = String(part.dropFirst().dropLast())
                return RoutePath.numbers.contains(name) ? .number(name) : .name(name)
            }
    }

    private static let numbers = ["job", "batch", "process", "token"]

    var names: [String] {
        parts.compactMap { part in
            switch part {
            case .fixed: nil
            case .name(let name), .number(let name): name
            }
        }
    }

    /// The names' values if that is this path; nil if it is another.
    func match(_ path: [Substring]) -> [String: String]? {
        guard path.count == parts.count else { return nil }
        var values: [String: String] = [:]
        for (part, text) in zip(parts, path) {
            switch part {
            case .fixed(let fixed): if fixed != text { return nil }
            case .name(let name):
                guard let value = RoutePath.decoded(text) else { return nil }
                values[name] = value
            case .number(let name):
                guard let first = text.first, first != "0", text.utf8.count <= 19,
                    text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
                else {
                    return nil
                }
                values[name] = String(text)
            }
        }
        return values
    }

    /// The parts of a path as it was sent, the first slash left out.
    static func split(_ path: Substring) -> [Substring]? {
        guard path.first == "/" else { return nil }
        return path == "/" ? [] : path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }

    /// A part with its escapes undone; nil if it would not stand for one name.
    static func decoded(_ text: Substring) -> String? {
        guard let bytes = PercentCoding.decoded(text.utf8, plusIsSpace: false), !bytes.isEmpty, bytes.count <= 512,
            !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }),
            let value = String(validating: bytes, as: UTF8.self), value != ".", value != ".."
        else { return nil }
        return value
    }
}

/// Percent signs and what follows them (RFC 3986).
enum PercentCoding {
    /// Nil for escapes that are none.
    static func decoded(_ text: some Sequence<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// All but letters, digits and `-._~` as escapes.
    static func encoded(_ text: String) -> String {
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                out.append(byte)
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                out += Array((digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)").utf8)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
