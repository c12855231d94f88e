internal import DaybookModel

/// A JSON object that nobody vouches for, taken apart one level at a time.
struct JSONBody: Sendable {
    private let bytes: [UInt8]
    private var members: [(name: String, range: Range<Int>)] = []

    /// `what` is how errors call it.
    init(_ bytes: [UInt8], what: String = "The body") throws(RouteFailure) {
        self.bytes = bytes
        var scanner = JSONScanner()
        let value: Range<Int>
        do throws(JSONSyntaxError) {
            value = try scanner.scan(bytes)
        } catch {
            throw .badCall("\(what) is not JSON: \(error.description).")
        }
        guard bytes[value.lowerBound] == UInt8(ascii: "{") else { throw .badCall(Texts.Refused.notObject(what)) }
        for member in scanner.members {
            members.append((bytes[member.key].withUnsafeBytes { JSONText.string($0) }, member.value))
        }
    }

    /// The names that there are.
    var names: [String] { members.map(\.name) }

    /// Refuses what nobody would read.
    func allow(_ known: [String]) throws(RouteFailure) {
        for name in names where !known.contains(name) {
            // Names are shown as they are written, and no longer than anybody's.
            let name = "\(name.prefix(40))"
            throw .badCall(
                known.isEmpty ? Texts.Refused.noFields(name) : Texts.Refused.noSuchField(name, known))
        }
    }

    /// The bytes of a value as they stand there; nil if it is missing or null.
    func raw(_ name: String) -> [UInt8]? {
        guard let range = members.first(where: { $0.name == name })?.range else { return nil }
        let found = Array(bytes[range])
        return found.elementsEqual("null".utf8) ? nil : found
    }

    func text(_ name: String) throws(RouteFailure) -> String? {
        guard let raw = raw(name) else { return nil }
        guard raw.first == UInt8(ascii: "\"") else { throw .badCall("\(name) has to be a text.") }
        return JSONBody.text(raw)
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws(RouteFailure) -> Int? {
        guard let raw = raw(name) else { return nil }
        guard let number = Int(String(decoding: raw, as: UTF8.self)), range.contains(number) else {
            throw .badCall("\(name) has to be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    /// A number with a fraction.
    func fraction(_ name: String) throws(RouteFailure) -> Double? {
        guard let raw = raw(name) else { return nil }
        guard let number = Double(String(decoding: raw, as: UTF8.self)), number.isFinite else {
            throw .badCall("\(name) has to be a number.")
        }
        return number
    }

    func flag(_ name: String) throws(RouteFailure) -> Bool? {
        switch raw(name).map({ String(decoding: $0, as: UTF8.self) }) {
        case nil: nil
        case "true": true
        case "false": false
        default: throw .badCall("\(name) has to be true or false.")
        }
    }

    /// The elements of an array, each as bytes; none if it is missing.
    func elements(_ name: String) throws(RouteFailure) -> [[UInt8]] {
        guard let raw = raw(name) else { return [] }
        guard raw.first == UInt8(ascii: "[") else { throw .badCall("\(name) has to be an array.") }
        var elements: [[UInt8]] = []
        var scanner = JSONScanner()
        var offset = 1
        while offset < raw.count {
            // What is no value is the bracket that ends an empty array: the whole has been scanned before.
            guard let range = raw.withUnsafeBytes({ try? scanner.scanValue($0, from: offset) }) else { break }
            elements.append(Array(raw[range]))
            offset = range.upperBound
            while offset < raw.count, raw[offset] != UInt8(ascii: ",") { offset += 1 }
            offset += 1
        }
        return elements
    }

    func texts(_ name: String) throws(RouteFailure) -> [String] {
        var texts: [String] = []
        for element in try elements(name) {
            guard element.first == UInt8(ascii: "\"") else { throw .badCall("\(name) has to hold texts.") }
            texts.append(JSONBody.text(element))
        }
        return texts
    }

    /// Numbers of events, such as jobs are known by.
    func numbers(_ name: String) throws(RouteFailure) -> [SequenceNumber] {
        var numbers: [SequenceNumber] = []
        for element in try elements(name) {
            guard let number = SequenceNumber(String(decoding: element, as: UTF8.self)), number > 0,
                number <= SequenceNumber(Int64.max)
            else { throw .badCall("\(name) has to hold whole numbers.") }
            numbers.append(number)
        }
        return numbers
    }

    func object(_ name: String) throws(RouteFailure) -> JSONBody? {
        guard let raw = raw(name) else { return nil }
        return try JSONBody(raw, what: name)
    }

    func objects(_ name: String) throws(RouteFailure) -> [JSONBody] {
        var objects: [JSONBody] = []
        for element in try elements(name) { objects.append(try JSONBody(element, what: "An element of \(name)")) }
        return objects
    }

    private static func text(_ quoted: [UInt8]) -> String {
        quoted.dropFirst().dropLast().withUnsafeBytes { JSONText.string($0) }
    }
}
