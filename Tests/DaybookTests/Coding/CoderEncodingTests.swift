import Daybook
import Foundation
import Testing

@Suite struct `What typed jobs are written as` {
    @Test func `is what Foundation writes, byte for byte, and both read it as the same value`() throws {
        let seed = UInt64.random(in: 0...(.max))
        var chance = CoderChance(seed: seed)
        for round in 0..<60 {
            try expectSame(Zoo(by: &chance), "seed \(seed), round \(round)")
            try expectSame(Shape(by: &chance), "seed \(seed), round \(round)")
            try expectSame(chance.text(), "seed \(seed), round \(round)")
            try expectSame(chance.double(), "seed \(seed), round \(round)")
            try expectSame(chance.float(), "seed \(seed), round \(round)")
        }
    }

    private func expectSame<Value: Codable>(_ value: Value, _ note: String) throws {
        expectSameBytes(value, note)
        let bytes = try JSON.encode(value)
        expectSameValue(Value.self, bytes, note)
        let again = try Foundations.encode(Foundations.decode(Value.self, from: bytes))
        #expect(try JSON.encode(JSON.decode(Value.self, from: bytes)) == again, "\(note)")
    }

    @Test func `may be a single value`() {
        expectSameBytes(5)
        expectSameBytes("text")
        expectSameBytes(true)
        expectSameBytes(Int?.none)
        expectSameBytes(Int??.some(.none))
        expectSameBytes([Int]())
        expectSameBytes([String: Int]())
        expectSameBytes(Date(timeIntervalSinceReferenceDate: 0.5))
        expectSameBytes(URL(string: "https://example.org/a/b"))
        expectSameBytes(Data([0xFF, 0xFE]))
        expectSameBytes(Decimal(string: "1234567890.0123456789"))
        expectSameBytes(Float16(0.1))
        expectSameBytes(Int128.min)
        expectSameBytes(UInt128.max)
    }

    @Test(arguments: [0, 1, -1, 9, 10, 99, 100, 999_999_999_999_999_999, 1_000_000_000_000_000_000, .max, .min])
    func `has all digits of an integer`(_ number: Int) { expectSameBytes([number, number &+ 1]) }

    @Test func `says where a number is that JSON has no word for`() throws {
        struct Deep: Encodable { var inner: [String: [Double]] }
        struct Flat: Encodable { var a = 1, b = Double.nan }
        expectSameBytes(Double.nan)
        expectSameBytes([Float.infinity])
        expectSameBytes([1, -Double.infinity])
        expectSameBytes(Flat())
        expectSameBytes([Flat()])
        expectSameBytes(Deep(inner: ["a": [1, .nan]]))
        expectSameBytes(["a": Date(timeIntervalSinceReferenceDate: .infinity)])
        expectSameBytes([Float?.some(.nan)])
        // Foundation writes the word NaN, which it cannot read again, nor can anybody else.
        #expect(outcome { "\(try JSON.encode([Decimal.nan]))" } == "invalid at Index 0")
    }

    @Test func `fails if a value encodes nothing, and has an empty object for one inside another`() {
        struct Nothing: Encodable { func encode(to encoder: any Encoder) throws {} }
        struct Empty: Encodable {}
        expectSameBytes(Nothing())
        expectSameBytes(Empty())
        expectSameBytes([Nothing()])
        expectSameBytes(["a": Nothing()])
        expectSameBytes(Nothing?.some(Nothing()))
    }

    @Test func `has 511 arrays and objects in one another and fails for more`() {
        final class Chain: Encodable {
            let next: Chain?
            init(_ next: Chain?) { self.next = next }
        }
        func chain(_ depth: Int) -> Chain { (1..<depth).reduce(Chain(nil)) { chain, _ in Chain(chain) } }
        for depth in [1, 64, 511] { expectSameBytes(chain(depth)) }
        for depth in [512, 600, 5000] {
            #expect(outcome { "\(try JSON.encode(chain(depth)))" }.hasPrefix("invalid at"), "\(depth)")
            #expect(throws: EncodingError.self) { try Foundations.encode(chain(min(depth, 600))) }
        }
    }

    @Test func `ends with an error where a value contains itself`() {
        final class Loop: Encodable {
            func encode(to encoder: any Encoder) throws {
                var container = encoder.unkeyedContainer()
                try container.encode(self)
            }
        }
        #expect(throws: EncodingError.self) { try JSON.encode(Loop()) }
    }
}
