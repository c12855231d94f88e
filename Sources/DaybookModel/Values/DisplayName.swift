// A job's display name is a pattern that quotes its arguments: `Invoice {number}`, or `Invoice {0}` for the first of
// an array. It is put together by whoever shows it, never on the way into the log. Pattern and arguments may come from
// strangers: what they make is one line of limited length without anything that moves a cursor or turns the direction
// of writing, and a pattern that asks for what is not there shows as it is.

/// How a job is called where people see it.
package enum DisplayName {
    package static let patternBytesMax = 256
    /// No argument takes more of the name than this many characters.
    private static let quotedMax = 80
    private static let nameMax = 200

    /// The pattern with the arguments that it asks for in their places.
    package static func text(_ pattern: String, arguments: [UInt8]) -> String {
        guard pattern.utf8.contains(UInt8(ascii: "{")) else { return plain(pattern, charactersMax: nameMax) }
        let values = arguments.withUnsafeBytes { Arguments($0) }
        var name = ""
        var rest = pattern[...]
        while let open = rest.firstIndex(of: "{") {
            name += rest[..<open]
            rest = rest[open...]
            guard let close = rest.firstIndex(of: "}") else { break }
            let asked = String(rest[rest.index(after: open)..<close])
            if let value = values[asked] {
                name += plain(value, charactersMax: quotedMax)
            } else {
                name += rest[...close]
            }
            rest = rest[rest.index(after: close)...]
        }
        return plain(name + rest, charactersMax: nameMax)
    }

    private static func plain(_ text: String, charactersMax: Int) -> String {
        var result = ""
        var count = 0
        for character in text {
            guard count < charactersMax else { return result + "…" }
            count += 1
            // A character may be made of any number of scalars.
            for scalar in character.unicodeScalars.prefix(8) {
                result.unicodeScalars.append(isHarmless(scalar) ? scalar : "\u{FFFD}")
            }
        }
        return result
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }
}

/// The arguments that a pattern can ask for: an object's members by key, an array's or an object's by number.
private struct Arguments {
    private var byKey: [String: String] = [:]
    private var byNumber: [String] = []

    init(_ bytes: UnsafeRawBufferPointer) {
        var scanner = JSONScanner()
        guard let whole = try? scanner.scanWhole(bytes) else { return }
        switch JSONKind(firstByte: bytes[whole.lowerBound]) {
        case .object:
            for member in scanner.members {
                let key = Arguments.text(bytes, member.key)
                let value = Arguments.shown(bytes, member.value)
                byKey[key] = value
                byNumber.append(value)
            }
        case .array: byNumber = Arguments.elements(bytes, whole)
        default: byNumber = [Arguments.shown(bytes, whole)]
        }
    }

    subscript(asked: String) -> String? {
        if let value = byKey[asked] { return value }
        guard let number = Int(asked), byNumber.indices.contains(number) else { return nil }
        return byNumber[number]
    }

    private static let elementsMax = 100

    private static func elements(_ bytes: UnsafeRawBufferPointer, _ whole: Range<Int>) -> [String] {
        var scanner = JSONScanner()
        var found: [String] = []
        var offset = whole.lowerBound + 1
        while found.count < elementsMax, let value = try? scanner.scanValue(bytes, from: offset) {
            found.append(shown(bytes, value))
            // Whole it was valid, so behind a value there is white space, and then a comma or the end.
            guard let next = bytes[value.upperBound..<whole.upperBound].firstIndex(of: UInt8(ascii: ",")) else { break }
            offset = next + 1
        }
        return found
    }

    /// A text without its quotation marks, all else as it is written.
    private static func shown(_ bytes: UnsafeRawBufferPointer, _ value: Range<Int>) -> String {
        if JSONKind(firstByte: bytes[value.lowerBound]) == .text {
            return text(bytes, value.lowerBound + 1..<value.upperBound - 1)
        }
        return String(decoding: bytes[value], as: UTF8.self)
    }

    private static func text(_ bytes: UnsafeRawBufferPointer, _ escaped: Range<Int>) -> String {
        JSONText.string(UnsafeRawBufferPointer(rebasing: bytes[escaped]))
    }
}
