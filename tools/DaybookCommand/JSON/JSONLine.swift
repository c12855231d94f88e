// One object of JSON Lines, taken apart into its fields. Values are read by what their reader asks for, so a number
// may be given where options take one, and arguments stay the bytes they are.

import DaybookModel

struct JSONLine {
    private let bytes: [UInt8]
    private var fields: [(name: String, range: Range<Int>)] = []

    /// Takes an object apart; `names` are the fields that there may be.
    init(_ bytes: [UInt8], names: [String]) throws(Failure) {
        self.bytes = bytes
        guard bytes.withUnsafeBytes({ String(validating: $0, as: UTF8.self) != nil }) else {
            throw .wrongCall("The line is not UTF-8.")
        }
        var scanner = JSONScanner(bytes)
        var found: [(String, Range<Int>)] = []
        do throws(JSONProblem) {
            scanner.skipBlanks()
            guard scanner.next == UInt8(ascii: "{") else { throw scanner.problem("an object is missing") }
            try scanner.object { scanner, key throws(JSONProblem) in
                guard let name = JSONLine.text(bytes[key]) else { throw scanner.problem("a name that is no text") }
                found.append((name, try scanner.value()))
            }
            try scanner.end()
        } catch {
            throw .wrongCall("The line is not a JSON object: \(error.sentence).")
        }
        for (index, field) in found.enumerated() {
            guard names.contains(field.0) else {
                let hint =
                    NearestWord.of(field.0, in: names).map { "did you mean \($0)?" }
                    ?? "there are \(names.joined(separator: ", "))."
                throw .wrongCall("\(quoted(field.0)) is no field; \(hint)")
            }
            guard !found[..<index].contains(where: { $0.0 == field.0 }) else {
                throw .wrongCall("\(field.0) is given twice; leave one out.")
            }
        }
        fields = found
    }

    /// The value's bytes as they stand there; nil if the field is missing.
    func raw(_ name: String) -> ArraySlice<UInt8>? {
        fields.first { $0.name == name }.map { bytes[$0.range] }
    }

    /// A value as a kind reads it from an option: a text or a number. `null` stands for a field that is not there.
    func value<Value>(_ name: String, _ kind: ValueKind<Value>) throws(Failure) -> Value? {
        guard let raw = raw(name), !raw.elementsEqual("null".utf8) else { return nil }
        return try kind.read(try text(raw, name), name)
    }

    func values<Value>(_ name: String, _ kind: ValueKind<Value>) throws(Failure) -> [Value] {
        guard let raw = raw(name), !raw.elementsEqual("null".utf8) else { return [] }
        var values: [Value] = []
        var scanner = JSONScanner(Array(raw))
        do throws(JSONProblem) {
            try scanner.array { scanner throws(JSONProblem) in
                let range = try scanner.value()
                do throws(Failure) {
                    values.append(try kind.read(try text(scanner.bytes[range], name), name))
                } catch {
                    throw JSONProblem(what: error.sentence ?? "", offset: range.lowerBound)
                }
            }
        } catch {
            throw .wrongCall("\(name) needs an array: \(error.sentence).")
        }
        return values
    }

    func flag(_ name: String) throws(Failure) -> Bool {
        guard let raw = raw(name) else { return false }
        if raw.elementsEqual("true".utf8) { return true }
        if raw.elementsEqual("false".utf8) || raw.elementsEqual("null".utf8) { return false }
        throw .wrongCall("\(name) needs true or false.")
    }

    private func text(_ raw: ArraySlice<UInt8>, _ name: String) throws(Failure) -> String {
        switch raw.first {
        case UInt8(ascii: "\""):
            guard let text = JSONLine.text(raw) else {
                throw .wrongCall("\(name) holds half a character (\\ud800 to \\udfff); give whole ones.")
            }
            return text
        case let byte? where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte):
            return String(decoding: raw, as: UTF8.self)
        default: throw .wrongCall("\(name) needs a text or a number.")
        }
    }

    /// What a string in quotes means; the scanner has passed over it. Nil for half a surrogate pair.
    static func text(_ quotedBytes: ArraySlice<UInt8>) -> String? {
        let inside = quotedBytes.dropFirst().dropLast()
        guard inside.contains(UInt8(ascii: "\\")) else { return String(decoding: inside, as: UTF8.self) }
        var units: [UInt16] = []
        var rest = Substring(String(decoding: inside, as: UTF8.self)).unicodeScalars
        while let scalar = rest.popFirst() {
            guard scalar == "\\" else {
                units += Array(String(Character(scalar)).utf16)
                continue
            }
            switch rest.popFirst() {
            case "b": units.append(0x08)
            case "f": units.append(0x0C)
            case "n": units.append(0x0A)
            case "r": units.append(0x0D)
            case "t": units.append(0x09)
            case "u":
                units.append(UInt16(String(String.UnicodeScalarView(rest.prefix(4))), radix: 16) ?? 0)
                rest = rest.dropFirst(4)
            case let other?: units += Array(String(Character(other)).utf16)
            case nil: return nil
            }
        }
        return String(validating: units, as: UTF16.self)
    }
}
