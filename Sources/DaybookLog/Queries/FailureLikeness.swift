// Which failures are the same trouble: those whose errors are of one type and whose words agree in their first line
// once every word with a figure in it is left out, such as numbers, addresses and ids. Two errors that say "no order
// 17" and "no order 23" are alike, and "no order 17" and "no customer 17" are not.

/// What failures that are alike have in common, as a number: nobody's words stand in it.
package struct FailureLikeness: Hashable, Sendable, Codable {
    package let number: UInt64

    /// Of a long line only its beginning counts.
    private static let bytesMax = 300

    package init(_ errorType: String, _ error: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in errorType.utf8 + [0x0A] + FailureLikeness.plain(error) {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        number = hash
    }

    /// As it stands in an address: 16 digits.
    package init?(_ text: String) {
        guard text.utf8.count == 16, text.allSatisfy(\.isHexDigit), let number = UInt64(text, radix: 16) else {
            return nil
        }
        self.number = number
    }

    package var text: String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The first line with anything in it.
    package static func firstLine(_ error: String) -> Substring {
        error.split(whereSeparator: \.isNewline).first { $0.contains { !$0.isWhitespace } } ?? ""
    }

    private static func plain(_ error: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var word: [UInt8] = []
        func isPart(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF, UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        func end() {
            bytes += word.contains { (0x30...0x39).contains($0) } ? [UInt8(ascii: "#")] : word
            word = []
        }
        for byte in firstLine(error).utf8.prefix(bytesMax) {
            if isPart(byte) {
                word.append(byte)
            } else {
                end()
                bytes.append(byte)
            }
        }
        end()
        return bytes
    }
}
