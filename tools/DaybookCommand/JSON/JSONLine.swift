// One object of JSON Lines, taken apart into its fields. Values are read as options are, by the same kinds; arguments
// stay the bytes they are.

import DaybookModel

struct JSONLine {
    private let bytes: [UInt8]
    private var fields: [(name: String, range: Range<Int>)] = []

    /// Takes an object apart; `names` are the fields that there may be.
    init(_ bytes: [UInt8], names: [String]) throws(Failure) {
        self.bytes = bytes
        for member in try JSONLine.members(of: bytes) {
            let name = bytes[member.key].withUnsafeBytes { JSONText.string($0) }
            guard names.contains(name) else {
                let hint =
                    NearestWord.of(name, in: names).map { "did you mean \($0)?" }
                    ?? "there are \(names.joined(separator: ", "))."
                throw .wrongCall("\(quoted(name)) is no field; \(hint)")
            }
            fields.append((name, member.value))
        }
    }

    private static func members(of bytes: [UInt8]) throws(Failure) -> [JSONMember] {
        var scanner = JSONScanner()
        let value: Range<Int>
        do throws(JSONSyntaxError) {
            value = try scanner.scan(bytes)
        } catch {
            throw .wrongCall("The line is not a JSON object: \(error.description).")
        }
        guard JSONKind(firstByte: bytes[value.lowerBound]) == .object else {
            throw .wrongCall("The line is JSON but not an object, such as {\"name\":\"mail\"}.")
        }
        return scanner.members
    }

    /// The value's bytes as they stand there; nil if the field is missing.
    func raw(_ name: String) -> ArraySlice<UInt8>? {
        fields.first { $0.name == name }.map { bytes[$0.range] }
    }

    /// A value as a kind reads it from an option: a text or a number. `null` stands for a field that is not there.
    func value<Value>(_ name: String, _ kind: ValueKind<Value>) throws(Failure) -> Value? {
        guard let raw = given(name) else { return nil }
        return try kind.read(try text(raw, name, isNumber: kind.isNumber), name)
    }

    func values<Value>(_ name: String, _ kind: ValueKind<Value>) throws(Failure) -> [Value] {
        guard let raw = given(name) else { return [] }
        guard raw.first == UInt8(ascii: "[") else { throw .wrongCall("\(name) needs an array.") }
        var values: [Value] = []
        for element in JSONScanner.elements(of: raw) {
            values.append(try kind.read(try text(element, name, isNumber: kind.isNumber), name))
        }
        return values
    }

    func flag(_ name: String) throws(Failure) -> Bool {
        guard let raw = given(name) else { return false }
        if raw.elementsEqual("true".utf8) { return true }
        if raw.elementsEqual("false".utf8) { return false }
        throw .wrongCall("\(name) needs true or false.")
    }

    private func given(_ name: String) -> ArraySlice<UInt8>? {
        guard let raw = raw(name), JSONKind(firstByte: raw[raw.startIndex]) != .null else { return nil }
        return raw
    }

    private func text(_ raw: ArraySlice<UInt8>, _ name: String, isNumber: Bool) throws(Failure) -> String {
        switch raw.first.flatMap(JSONKind.init(firstByte:)) {
        case .text where !isNumber: return raw.dropFirst().dropLast().withUnsafeBytes { JSONText.string($0) }
        case .number where isNumber: return String(decoding: raw, as: UTF8.self)
        default: throw .wrongCall("\(name) needs a \(isNumber ? "number" : "text in quotes").")
        }
    }
}
