// Looks for a text in many jobs, in letters of either case. Nearly all arguments are plain: no letter beyond ASCII, no
// escape. Those are looked through byte by byte and nothing is made of them. Of the others a second form is made, in
// which escapes are the letters that they stand for and every letter is folded; they are looked for in both, since who
// copies a piece of what is shown copies its escapes.

internal import DaybookModel

/// A text that is looked for without regard to the case of its letters.
package struct TextSearch {
    /// Folded.
    private let wanted: [UInt8]
    /// Whether it can stand in bytes that have neither escapes nor letters beyond ASCII.
    private let isPlain: Bool

    package init(_ text: String) {
        wanted = FoldedText.of(text)
        isPlain = wanted.withUnsafeBufferPointer(FoldedText.isPlain)
    }

    func isIn(_ created: Created) -> Bool {
        isIn(created.name) || created.tags.contains(where: isIn) || isIn(created.key ?? "")
            || isIn(created.requestID ?? "") || isIn(created.display ?? "") || isIn(escaped: created.shownArguments)
    }

    package func isIn(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { isIn($0, mayHaveEscapes: false) }
    }

    /// In bytes that are JSON by custom.
    func isIn(escaped bytes: [UInt8]) -> Bool { bytes.withUnsafeBufferPointer { isIn($0, mayHaveEscapes: true) } }

    private func isIn(_ bytes: UnsafeBufferPointer<UInt8>, mayHaveEscapes: Bool) -> Bool {
        let hasEscapes = mayHaveEscapes && bytes.contains(UInt8(ascii: "\\"))
        if !hasEscapes, FoldedText.isPlain(bytes) { return isPlain && isIn(bytes: bytes) }
        if isIn(bytes: bytes) { return true }
        guard hasEscapes else { return isIn(folded: bytes) }
        return FoldedText.unescaped(bytes).withUnsafeBufferPointer { isIn(folded: $0) }
    }

    private func isIn(folded bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        FoldedText.of(bytes).withUnsafeBufferPointer(isIn(bytes:))
    }

    /// As they are, but for the case of ASCII letters.
    private func isIn(bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        wanted.withUnsafeBufferPointer { wanted in
            guard let first = wanted.first else { return true }
            guard bytes.count >= wanted.count else { return false }
            next: for start in 0...bytes.count - wanted.count where FoldedText.ascii(bytes[start]) == first {
                for index in 1..<max(1, wanted.count) where FoldedText.ascii(bytes[start + index]) != wanted[index] {
                    continue next
                }
                return true
            }
            return false
        }
    }
}

/// Texts in a form in which those are equal that differ by case alone. The form is that of each letter's capital in
/// small letters, so that `ß` is `SS`.
enum FoldedText {
    static func ascii(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A") <= byte && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { bytes.allSatisfy { $0 < 0x80 } }

    static func of(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8(of)
    }

    /// Bytes that are no UTF-8 stay as they are.
    static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        if isPlain(bytes) { return bytes.map(ascii) }
        var folded: [UInt8] = []
        folded.reserveCapacity(bytes.count + 16)
        var offset = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            let count = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
            let letter = bytes[offset..<min(offset + count, bytes.count)]
            offset += count
            if count == 1 {
                folded.append(ascii(byte))
            } else if count == 2, letter.count == 2, let short = FoldedText.short(letter) {
                folded.append(UInt8(truncatingIfNeeded: short))
                folded.append(UInt8(truncatingIfNeeded: short >> 8))
            } else if count == 3, byte >= 0xE3, byte <= 0xE9 {
                // Kana, Han and the like have no capitals.
                folded.append(contentsOf: letter)
            } else {
                append(letter, to: &folded)
            }
        }
        return folded
    }

    private static func append(_ letter: Slice<UnsafeBufferPointer<UInt8>>, to folded: inout [UInt8]) {
        guard let text = String(validating: letter, as: UTF8.self), text.unicodeScalars.count == 1,
            let scalar = text.unicodeScalars.first, scalar.properties.changesWhenCaseMapped
        else { return folded.append(contentsOf: letter) }
        for capital in scalar.properties.uppercaseMapping.unicodeScalars {
            folded.append(contentsOf: capital.properties.lowercaseMapping.utf8)
        }
    }

    /// The letters of two bytes (Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic), which are what most texts beyond
    /// ASCII are made of: what becomes of each, if that has two bytes, too; the first of them low. 0 for the others.
    private static let shorts: [UInt16] = (0x80..<0x800).map { number in
        guard let scalar = Unicode.Scalar(UInt32(number)) else { return 0 }
        let letter = Array(scalar.utf8)
        var folded: [UInt8] = []
        letter.withUnsafeBufferPointer { append($0[...], to: &folded) }
        return folded.count == 2 && letter.count == 2 ? UInt16(folded[0]) | UInt16(folded[1]) << 8 : 0
    }

    private static func short(_ letter: Slice<UnsafeBufferPointer<UInt8>>) -> UInt16? {
        let (first, second) = (letter[letter.startIndex], letter[letter.startIndex + 1])
        guard (0xC2...0xDF).contains(first), second & 0xC0 == 0x80 else { return nil }
        let short = shorts[(Int(first & 0x1F) << 6 | Int(second & 0x3F)) - 0x80]
        return short == 0 ? nil : short
    }

    /// The escapes of JSON as what they stand for; what is none stays as it is.
    static func unescaped(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var offset = 0
        while offset < bytes.count {
            guard bytes[offset] == UInt8(ascii: "\\"), offset + 1 < bytes.count else {
                plain.append(bytes[offset])
                offset += 1
                continue
            }
            if let scalar = scalar(bytes, at: &offset) {
                plain.append(contentsOf: scalar.utf8)
            } else {
                plain.append(simple(bytes[offset + 1]))
                offset += 2
            }
        }
        return plain
    }

    private static func simple(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        default: byte
        }
    }

    /// The character of `\u00fc` or of a pair of those, and goes behind it; nil if none stands there.
    private static func scalar(_ bytes: UnsafeBufferPointer<UInt8>, at offset: inout Int) -> Unicode.Scalar? {
        guard let first = unit(bytes, at: offset) else { return nil }
        if let scalar = Unicode.Scalar(first) {
            offset += 6
            return scalar
        }
        guard UTF16.isLeadSurrogate(first), let second = unit(bytes, at: offset + 6), UTF16.isTrailSurrogate(second)
        else { return nil }
        offset += 12
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private static func unit(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> UInt16? {
        guard offset + 6 <= bytes.count, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u")
        else { return nil }
        var unit: UInt16 = 0
        for byte in bytes[offset + 2..<offset + 6] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }
}
