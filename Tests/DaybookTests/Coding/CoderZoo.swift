import Foundation

/// A type that makes values of itself by chance.
protocol Chosen: Codable {
    init(by chance: inout CoderChance)
}

/// One of each number.
struct Numbers: Chosen {
    var int: Int, int8: Int8, int16: Int16, int32: Int32, int64: Int64, int128: Int128
    var uint: UInt, uint8: UInt8, uint16: UInt16, uint32: UInt32, uint64: UInt64, uint128: UInt128
    var double: Double, float: Float, flag: Bool
    var perhaps: Int?, perhapsDouble: Double?, perhapsFlag: Bool?, perhapsText: String?, perhapsFloat: Float?

    init(by chance: inout CoderChance) {
        (int, int8, int16, int32) = (chance.integer(), chance.integer(), chance.integer(), chance.integer())
        (int64, int128, uint, uint8) = (chance.integer(), chance.integer(), chance.integer(), chance.integer())
        (uint16, uint32, uint64, uint128) = (chance.integer(), chance.integer(), chance.integer(), chance.integer())
        (double, float, flag) = (chance.double(), chance.float(), chance.isHeads())
        (perhaps, perhapsDouble) = (chance.maybe { $0.integer() }, chance.maybe { $0.double() })
        (perhapsFlag, perhapsText) = (chance.maybe { $0.isHeads() }, chance.maybe { $0.text() })
        perhapsFloat = chance.maybe { $0.float() }
    }
}

/// What Foundation has its own way of writing, and arrays of many kinds.
struct Things: Chosen {
    var date: Date, data: Data, url: URL, id: UUID, amount: Decimal, perhapsDate: Date?, perhapsData: Data?
    var ints: [Int], texts: [String], doubles: [Double], floats: [Float], bytes: [UInt8], smalls: [Int16], flags: [Bool]
    var gaps: [Int?], nested: [[String]], dates: [Date], set: Set<Int>, range: Range<Int>, duration: Duration

    init(by chance: inout CoderChance) {
        date = Date(timeIntervalSinceReferenceDate: chance.double())
        data = Data(chance.array(40) { $0.integer() })
        url = URL(string: ["https://example.org/a/b?c=d#e", "mailto:ada@example.org", "/a%20b"][chance.below(3)])!
        id = UUID(uuid: unsafeBitCast((chance.next(), chance.next()), to: uuid_t.self))
        amount = Decimal(sign: .minus, exponent: chance.below(20) - 10, significand: Decimal(chance.below(1 << 40)))
        perhapsDate = chance.maybe { Date(timeIntervalSinceReferenceDate: Double($0.below(1 << 30))) }
        perhapsData = chance.maybe { Data($0.array(5) { $0.integer() }) }
        (ints, texts) = (chance.array(5) { $0.integer() }, chance.array(5) { $0.text() })
        (doubles, floats) = (chance.array(5) { $0.double() }, chance.array(5) { $0.float() })
        (bytes, smalls) = (chance.array(5) { $0.integer() }, chance.array(5) { $0.integer() })
        (flags, gaps) = (chance.array(5) { $0.isHeads() }, chance.array(5) { $0.maybe { $0.integer() } })
        nested = chance.array(4) { $0.array(3) { $0.text() } }
        dates = chance.array(3) { Date(timeIntervalSinceReferenceDate: $0.double()) }
        set = chance.isHeads() ? [7] : []
        range = 0..<chance.below(9)
        duration = .milliseconds(chance.below(10000))
    }
}

/// Dictionaries by keys of all kinds. Those that are written as pairs have one, since their order is chance.
struct Tables: Chosen {
    enum Colour: String, Codable, CodingKeyRepresentable { case red, green = "grün", blue }

    var texts: [String: String], numbers: [Int: Double], colours: [Colour: Int], pairs: [UUID: Int],
        deep: [String: [String: Int]]
    var mixed: [String: Shape]

    init(by chance: inout CoderChance) {
        texts = Dictionary(chance.array(12) { ($0.text(), $0.text()) }, uniquingKeysWith: { first, _ in first })
        numbers = Dictionary(chance.array(9) { ($0.integer(), $0.double()) }, uniquingKeysWith: { first, _ in first })
        colours = chance.isHeads() ? [.red: 1, .green: 2, .blue: 3] : [:]
        pairs = [UUID(uuid: unsafeBitCast((chance.next(), chance.next()), to: uuid_t.self)): 1]
        deep = ["b": ["y": 1, "x": 2], "a": [:]]
        mixed = Dictionary(chance.array(6) { ($0.text(), Shape(by: &$0)) }, uniquingKeysWith: { first, _ in first })
    }
}

/// Cases with values are containers inside others.
indirect enum Shape: Chosen {
    case nothing, named(String), circle(radius: Double, at: [Int]), group([Shape], main: Shape?), pair(Shape, Shape)

    init(by chance: inout CoderChance) {
        self =
            switch chance.below(10) {
            case 0...3: .nothing
            case 4, 5: .named(chance.text())
            case 6: .circle(radius: chance.double(), at: chance.array(3) { $0.integer() })
            case 7, 8: .group(chance.array(3) { Shape(by: &$0) }, main: chance.maybe { Shape(by: &$0) })
            default: .pair(Shape(by: &chance), Shape(by: &chance))
            }
    }
}

/// Base classes: in a container of their own, or in that of the class itself.
class Base: Chosen {
    var name: String
    var zone: Int

    required init(by chance: inout CoderChance) { (name, zone) = (chance.text(), chance.integer()) }
}

final class Derived: Base {
    var extra: [String]
    private enum CodingKeys: CodingKey { case extra, more }

    required init(by chance: inout CoderChance) {
        extra = chance.array(3) { $0.text() }
        super.init(by: &chance)
    }
    required init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        extra = try container.decode([String].self, forKey: .extra)
        try super.init(from: container.superDecoder())
    }
    override func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try super.encode(to: container.superEncoder())
        try container.encode(extra, forKey: .extra)
    }
}

final class Joined: Base {
    var extra: Double
    private enum CodingKeys: CodingKey { case extra, base }

    required init(by chance: inout CoderChance) {
        extra = chance.double()
        super.init(by: &chance)
    }
    required init(from decoder: any Decoder) throws {
        extra = try decoder.container(keyedBy: CodingKeys.self).decode(Double.self, forKey: .extra)
        try super.init(from: decoder)
    }
    override func encode(to encoder: any Encoder) throws {
        try super.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(extra, forKey: .extra)
        try super.encode(to: container.superEncoder(forKey: .base))
    }
}

/// Any JSON, told by trying.
enum Tree: Chosen {
    case null, flag(Bool), integer(Int), number(Double), text(String), array([Tree]), object([String: Tree])

    init(by chance: inout CoderChance) {
        self =
            switch chance.below(12) {
            case 0: .null
            case 1: .flag(chance.isHeads())
            case 2, 3: .integer(chance.integer())
            case 4: .number(chance.double())
            case 5...8: .text(chance.text())
            case 9: .array(chance.array(5) { Tree(by: &$0) })
            default:
                .object(Dictionary(chance.array(5) { ($0.text(), Tree(by: &$0)) }, uniquingKeysWith: { $1 }))
            }
    }
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let integer = try? container.decode(Int.self) {
            self = .integer(integer)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let array = try? container.decode([Tree].self) {
            self = .array(array)
        } else {
            self = .object(try container.decode([String: Tree].self))
        }
    }
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .flag(let flag): try container.encode(flag)
        case .integer(let integer): try container.encode(integer)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .array(let array): try container.encode(array)
        case .object(let object): try container.encode(object)
        }
    }
}

/// All of them in one another, in no order.
struct Zoo: Chosen {
    var zebras: [Numbers], things: Things, tables: Tables, shapes: [Shape], derived: Derived, joined: Joined?,
        tree: Tree

    init(by chance: inout CoderChance) {
        zebras = chance.array(2) { Numbers(by: &$0) }
        (things, tables) = (Things(by: &chance), Tables(by: &chance))
        shapes = chance.array(3) { Shape(by: &$0) }
        (derived, joined) = (Derived(by: &chance), chance.maybe { Joined(by: &$0) })
        tree = Tree(by: &chance)
    }
}
