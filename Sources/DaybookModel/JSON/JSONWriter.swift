/// Writes JSON into bytes: no tree is built and commas come by themselves.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init() {}

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    // MARK: Structure

    package mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
        open("{")
        try body(&self)
        close("}")
    }

    package mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
        open("[")
        try body(&self)
        close("]")
    }

    package mutating func key(_ name: String) {
        comma()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func open(_ bracket: Unicode.Scalar) {
        comma()
        bytes.append(UInt8(ascii: bracket))
        needsComma = false
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        needsComma = true
    }

    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    // MARK: Values

    package mutating func value(_ text: String) {
        comma()
        quote(text)
        needsComma = true
    }

    package mutating func value(_ number: some FixedWidthInteger) {
        comma()
        bytes.append(contentsOf: String(number).utf8)
        needsComma = true
    }

    package mutating func value(_ flag: Bool) { raw(flag ? "true".utf8 : "false".utf8) }

    package mutating func value(_ instant: Instant) { value(instant.iso8601(fraction: .six)) }

    package mutating func null() { raw("null".utf8) }

    /// A value that is JSON already.
    package mutating func raw(_ json: some Sequence<UInt8>) {
        comma()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    // MARK: Fields of an object

    package mutating func field(_ name: String, _ text: String?) {
        guard let text else { return }
        key(name)
        value(text)
    }

    package mutating func field(_ name: String, _ number: (some FixedWidthInteger)?) {
        guard let number else { return }
        key(name)
        value(number)
    }

    package mutating func field(_ name: String, _ flag: Bool) {
        key(name)
        value(flag)
    }

    package mutating func field(_ name: String, _ instant: Instant?) {
        guard let instant else { return }
        key(name)
        value(instant)
    }

    package mutating func field(_ name: String, _ texts: [String]) {
        key(name)
        array { json in for text in texts { json.value(text) } }
    }

    /// A list of objects.
    package mutating func list<S: Sequence>(
        _ name: String, _ elements: S, _ body: (S.Element, inout JSONWriter) throws -> Void
    ) rethrows {
        key(name)
        try array { json in for element in elements { try json.object { try body(element, &$0) } } }
    }

    private mutating func quote(_ text: String) { JSONText.appendQuoted(text, to: &bytes) }
}
