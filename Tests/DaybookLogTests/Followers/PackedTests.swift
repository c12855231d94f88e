import DaybookModel
import Testing

@testable import DaybookLog

@Suite struct `Packed parts` {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `sort as the values do, and come back as they were`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            try check(numbers(&random), numbers(&random))
            try check(UInt64(bitPattern: Int64(numbers(&random))), UInt64(bitPattern: Int64(numbers(&random))))
            try check(text(&random), text(&random))
            try check(Double(numbers(&random)) / 3, -Double(numbers(&random)) / 7)
            try check(Instant(microseconds: Int64(numbers(&random))), Instant(microseconds: Int64(numbers(&random))))
        }
    }

    /// The first part decides, and behind equal ones the second.
    private func check<Part: PackedPart & Comparable>(_ left: Part, _ right: Part) throws {
        for (first, second) in [(left, right), (left, left)] {
            let one = Packed(first, left)
            let other = Packed(second, right)
            #expect(one.bytes.precedes(other.bytes) == ((first, left) < (second, right)), "\(one) \(other)")
        }
        let (first, second) = try Packed(left, right).unpacked(as: Part.self, Part.self)
        #expect(first == left && second == right)
    }

    private func numbers(_ random: inout SeededGenerator) -> Int {
        Int(bitPattern: UInt(random.next())) >> Int.random(in: 0..<64, using: &random)
    }

    /// Short texts of few letters, so that many begin alike; zeros and what looks like an escape among them.
    private func text(_ random: inout SeededGenerator) -> String {
        let letters: [Unicode.Scalar] = ["\u{0}", "\u{1}", "a", "b", "\u{FF}", "\u{10FFFF}"]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            text.append(letters.randomElement(using: &random)!)
        }
        return String(text)
    }

    @Test func `are not taken for other parts, or for fewer or more`() throws {
        let packed = Packed("a", 1)
        #expect(throws: PackedError.self) { try packed.unpacked(as: String.self) }
        #expect(throws: PackedError.self) { try packed.unpacked(as: String.self, Int.self, Bool.self) }
        #expect(throws: PackedError.self) { try Packed(bytes: [7]).unpacked(as: Bool.self) }
        #expect(throws: PackedError.self) { try Packed(bytes: [7, 0]).unpacked(as: String.self) }
        #expect(throws: PackedError.self) { try Packed(bytes: [7, 0, 3]).unpacked(as: String.self) }
        #expect(throws: PackedError.self) { try Packed(bytes: [0xFF, 0, 0]).unpacked(as: String.self) }
    }

    @Test func `begin with the bytes of the parts before`() {
        let whole = Packed("customer", "ada\u{0}", 7, true)
        #expect(whole.bytes.starts(with: Packed("customer").bytes))
        #expect(whole.bytes.starts(with: Packed("customer", "ada\u{0}").bytes))
        #expect(!whole.bytes.starts(with: Packed("customer", "ada").bytes))
        // A part that begins with 255 must not make more of the text before it.
        #expect(!Packed("a", UInt64.max).bytes.starts(with: Packed("a\u{0}").bytes))
    }
}
