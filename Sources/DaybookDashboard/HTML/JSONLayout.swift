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

    /// Valid JSON with a line for each member. Letters that stand there as escapes are shown as letters.
    private static func laidOut(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var depth = 0
        var isOpen = false
        var place = 0
        func line() { out += [0x0A] + [UInt8](repeating: 0x20, count: min(depth, 32) * 2) }
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
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
                out.append(byte)
                if byte == UInt8(ascii: "\"") { text(bytes, &place, &out) }
            }
            isOpen = false
        }
        return out
    }

    /// What stands between two quotation marks, and the second of them.
    private static func text(_ bytes: [UInt8], _ place: inout Int, _ out: inout [UInt8]) {
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: "\\"), place + 1 < bytes.count {
                if let (letter, length) = letter(bytes, place) {
                    out += Array(String(letter).utf8)
                    place += length
                } else {
                    out += bytes[place...(place + 1)]
                    place += 2
                }
                continue
            }
            if let escape = escape(bytes, place) {
                out += Array(escape.utf8)
                place += 3
                continue
            }
            out.append(byte)
            place += 1
            if byte == UInt8(ascii: "\"") { return }
        }
    }

    /// The escape for a letter that nobody sees and that turns what comes after it round, the end of the text included:
    /// what somebody reads before he acts on it stands in its order. Nil for all others.
    private static func escape(_ bytes: [UInt8], _ place: Int) -> String? {
        guard place + 3 <= bytes.count, bytes[place] == 0xE2 else { return nil }
        switch (bytes[place + 1], bytes[place + 2]) {
        case (0x80, 0xAA...0xAE): return "\\u20\(String(bytes[place + 2] - 0x80, radix: 16))"
        case (0x81, 0xA6...0xA9): return "\\u20\(String(bytes[place + 2] - 0x80 + 0x40, radix: 16))"
        default: return nil
        }
    }

    /// The letter that an escape stands for, and how long the escape is; nil for one that has to stay: it would end the
    /// text, or nobody would see it.
    private static func letter(_ bytes: [UInt8], _ place: Int) -> (Unicode.Scalar, length: Int)? {
        func unit(_ place: Int) -> UInt32? {
            guard place + 6 <= bytes.count, bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u")
            else { return nil }
            return UInt32(String(decoding: bytes[(place + 2)..<(place + 6)], as: UTF8.self), radix: 16)
        }
        guard let first = unit(place) else { return nil }
        if let scalar = Unicode.Scalar(first) {
            return scalar.isSeen && scalar != "\"" && scalar != "\\" ? (scalar, 6) : nil
        }
        guard 0xD800..<0xDC00 ~= first, let second = unit(place + 6), 0xDC00..<0xE000 ~= second,
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)), scalar.isSeen
        else { return nil }
        return (scalar, 12)
    }
}
