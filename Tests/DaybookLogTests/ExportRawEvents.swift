import DaybookLog
import DaybookModel

/// The value of an event, from its version on, written byte by byte: what no release of today would write.
struct ExportRawEvent {
    var version: UInt8 = 1
    var kind: UInt8
    var time: Int64 = 1_772_366_400_000_000
    /// Varints behind the time by their presence bits, without the payload's length.
    var parts: [(bit: UInt16, bytes: [UInt8])] = []
    var facts: [UInt8] = []
    /// Salt and fields.
    var payload: [UInt8] = []

    init(_ kind: UInt8) {
        self.kind = kind
    }

    var bytes: [UInt8] {
        var presence: UInt16 = parts.reduce(0) { $0 | 1 << $1.bit }
        var rest = parts.flatMap(\.bytes)
        if !payload.isEmpty {
            presence |= 1 << 9
            rest += varint(UInt64(payload.count))
        }
        let fixed =
            withUnsafeBytes(of: presence.littleEndian, Array.init) + withUnsafeBytes(of: time.littleEndian, Array.init)
        return [version, kind] + fixed + rest + facts + payload
    }

    func add(to batch: EventBatch) {
        bytes.withUnsafeBytes { batch.append(encoded: $0, payloadCount: payload.count) }
    }
}

func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
}

func zigzag(_ value: Int64) -> [UInt8] { varint(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }

/// One field as it is stored.
enum RawContent {
    case number(UInt64)
    case bytes([UInt8])
    case signed(Int64)
    case fixed(UInt64)

    func field(_ id: UInt64) -> [UInt8] {
        switch self {
        case .number(let value): varint(id << 2) + varint(value)
        case .bytes(let bytes): varint(id << 2 | 1) + varint(UInt64(bytes.count)) + bytes
        case .signed(let value): varint(id << 2 | 2) + zigzag(value)
        case .fixed(let value): varint(id << 2 | 3) + withUnsafeBytes(of: value.littleEndian, Array.init)
        }
    }

    static func text(_ text: String) -> RawContent { .bytes(Array(text.utf8)) }
}

extension Field {
    func raw(_ content: RawContent) -> [UInt8] { content.field(UInt64(rawValue)) }
}

extension ExportRandomEvents {
    /// Any kind with any fields: known and unknown ones, in forms of their own and of others, once and again, and
    /// now and then no fields at all.
    mutating func raw(at sequence: SequenceNumber) -> ExportRawEvent {
        var event = ExportRawEvent(UInt8(number(0...255)))
        event.version = oneIn(3) ? UInt8(number(0...255)) : 1
        event.time = instant().microseconds
        for bit in UInt16(0)...8 where oneIn(3) {
            switch bit {
            case 3, 6: event.parts.append((bit, varint(integer() >> 32)))
            case 7:
                let name = Array(text().utf8)
                event.parts.append((bit, varint(UInt64(name.count)) + name))
            default: event.parts.append((bit, varint(UInt64(number(0...Int(sequence) - 1)))))
            }
        }
        event.facts = fields()
        if oneIn(2) { event.payload = bytes(8...8) + fields() }
        return event
    }

    private mutating func fields() -> [UInt8] {
        if oneIn(12) { return bytes() }
        return (0..<number(0...5)).flatMap { _ in
            let field = Field.allCases[number(0...Field.allCases.count - 1)]
            let id = oneIn(3) ? integer() >> 2 | 1 : UInt64(field.rawValue)
            let content = oneIn(2) ? fitting(field) : any()
            return (0..<(oneIn(4) ? 3 : 1)).flatMap { _ in content.field(id) }
        }
    }

    private mutating func fitting(_ field: Field) -> RawContent {
        switch field.form {
        case .number: .number(integer())
        case .flag: .number(UInt64(number(0...2)))
        case .signed, .instant: .signed(instant().microseconds)
        case .text: .text(text())
        case .hex: .bytes(bytes())
        case .json: .bytes(json())
        }
    }

    private mutating func any() -> RawContent {
        switch number(0...3) {
        case 0: .number(integer())
        case 1: .bytes(bytes())
        case 2: .signed(Int64(bitPattern: integer()))
        default: .fixed(random.next())
        }
    }
}
