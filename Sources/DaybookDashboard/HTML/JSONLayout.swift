internal import DaybookModel

/// Bytes for people: JSON with its lines and indents, text as it is, and all else in figures.
enum JSONLayout {
    /// More is cut: a page is no place for megabytes.
    static let bytesMax = 32 << 10

    static func text(_ bytes: [UInt8]) -> String {
        let shown = bytes.count > bytesMax ? Array(bytes[..<bytesMax]) : bytes
        let cut = bytes.count > bytesMax ? "\n" + Texts.cut(bytes.count - bytesMax) : ""
        var scanner = JSONScanner()
        let isJSON = bytes.count <= bytesMax && (try? bytes.withUnsafeBytes { try scanner.scanWhole($0) }) != nil
        if isJSON { return String(decoding: laidOut(bytes), as: UTF8.self) }
        if let text = String(validating: bytes, as: UTF8.self) {
            return text.utf8.count == shown.count ? text : String(decoding: shown, as: UTF8.self) + cut
        }
        return Texts.binary(bytes.count) + "\n" + Hex.text(Array(shown.prefix(256)))
    }

    /// Valid JSON with a line for each member. Nothing within texts is touched.
    private static func laidOut(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var depth = 0
        var isText = false
        var isEscaped = false
        var isOpen = false
        func line() { out += [0x0A] + [UInt8](repeating: 0x20, count: min(depth, 32) * 2) }
        for byte in bytes {
            if isText {
                out.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else {
                    isText = byte != UInt8(ascii: "\"")
                }
                continue
            }
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if isOpen { line() }
                depth += 1
                out.append(byte)
                isOpen = true
                continue
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if !isOpen { line() }
                out.append(byte)
            case UInt8(ascii: ","):
                out.append(byte)
                line()
            case UInt8(ascii: ":"): out += [byte, 0x20]
            default:
                if isOpen { line() }
                isText = byte == UInt8(ascii: "\"")
                out.append(byte)
            }
            isOpen = false
        }
        return out
    }
}
