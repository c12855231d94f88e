internal import DaybookModel

/// One JSON object on one line, written key by key into a buffer that is kept for the next one.
struct JSONObject {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    init() {}

    mutating func begin() {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
    }

    mutating func end() {
        bytes.append(UInt8(ascii: "}"))
    }

    mutating func text(_ key: StaticString, _ value: String) {
        name(key)
        quoted(value)
    }

    mutating func number(_ key: StaticString, _ value: some BinaryInteger) {
        name(key)
        digits(Int128(value))
    }

    mutating func flag(_ key: StaticString, _ value: Bool) {
        name(key)
        literal(value ? "true" : "false")
    }

    mutating func null(_ key: StaticString) {
        name(key)
        literal("null")
    }

    mutating func instant(_ key: StaticString, _ value: Instant) {
        name(key)
        bytes.append(UInt8(ascii: "\""))
        value.appendISO8601(to: &bytes, offsetSeconds: nil, fraction: .six)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func hex(_ key: StaticString, _ value: UnsafeRawBufferPointer) {
        name(key)
        bytes.append(UInt8(ascii: "\""))
        for byte in value {
            bytes.append(Hexadecimal.digit(byte >> 4))
            bytes.append(Hexadecimal.digit(byte & 15))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// An object within this one.
    mutating func object(_ key: String, _ body: (inout JSONObject) -> Void) {
        separate()
        quoted(key)
        literal(":{")
        isFirst = true
        body(&self)
        literal("}")
        isFirst = false
    }

    // MARK: Pieces

    private mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    private mutating func name(_ key: StaticString) {
        separate()
        literal("\"")
        literal(key)
        literal("\":")
    }

    private mutating func literal(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func digits(_ value: Int128) {
        guard let small = UInt64(exactly: value) else {
            bytes.append(contentsOf: String(value).utf8)
            return
        }
        let start = bytes.count
        var rest = small
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    private mutating func quoted(_ text: String) { JSONText.appendQuoted(text, to: &bytes) }
}
