import DaybookModel
import Testing

@Suite("Cron and hostile input")
struct CronFuzzTests {
    private let alphabet = Array("0123456789*,-/?LW#@ \tlwSUNMONJANfri_every".utf8)

    @Test func `random bytes are an expression or a mistake, never a crash`() {
        let seed: UInt64 = 17
        var chance = CronChance(seed: seed)
        var accepted = 0
        let zones = CronOracleZone.known.map(\.table)
        for round in 0..<CronChance.rounds(quick: 20_000, all: 1_000_000) {
            let text = String(decoding: bytes(&chance), as: UTF8.self)
            guard let expression = try? CronExpression(text) else { continue }
            accepted += 1
            let from = Instant(microseconds: Int64(bitPattern: chance.next()))
            let next = expression.next(after: from, inclusive: chance.oneIn(2), in: zones[round % zones.count])
            #expect(next ?? .maximum >= from || from > .maximum, "\(text), seed \(seed), round \(round)")
            #expect(!expression.sentence.isEmpty, "\(text), seed \(seed), round \(round)")
            #expect((try? CronExpression(expression.canonical)) != nil, "\(text), seed \(seed), round \(round)")
        }
        // Otherwise only the parser was tried.
        #expect(accepted > 100)
    }

    /// Bytes of three kinds: any, those that expressions are made of, and an expression with a few bytes changed.
    private func bytes(_ chance: inout CronChance) -> [UInt8] {
        switch chance.value(0...2) {
        case 0: return (0..<chance.value(0...40)).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
        case 1: return (0..<chance.value(0...60)).map { _ in alphabet[chance.value(0...alphabet.count - 1)] }
        default:
            var bytes = Array(
                CronRandomExpression(hour: 1, day: CronNaiveDay(daysSince1970: 58), chance: &chance).text.utf8)
            for _ in 0..<chance.value(0...3) {
                bytes[chance.value(0...bytes.count - 1)] = alphabet[chance.value(0...alphabet.count - 1)]
            }
            return bytes
        }
    }

    @Test(arguments: [Int64.min, Int64.min + 1, -1, 0, 1, Int64.max - 1, Int64.max])
    func `any instant may be asked about`(_ microseconds: Int64) throws {
        let from = Instant(microseconds: microseconds)
        for zone in CronOracleZone.known.map(\.table) {
            for text in ["* * * * * *", "0 0 29 2 MON", "0 0 30 2 *", "30 2 * * *"] {
                let expression = try CronExpression(text)
                for inclusive in [false, true] {
                    let next = expression.next(after: from, inclusive: inclusive, in: zone)
                    #expect(next.map { $0 >= max(from, .minimum) && $0 <= .maximum } ?? true)
                }
            }
            #expect(!from.iso8601(in: zone).isEmpty)
        }
    }

    @Test func `random bytes are an instant or a mistake, never a crash`() {
        let seed: UInt64 = 19
        var chance = CronChance(seed: seed)
        let model = Array("2026-03-01T12:00:00.123456+01:00".utf8)
        for round in 0..<CronChance.rounds(quick: 20_000, all: 1_000_000) {
            var bytes = model
            for _ in 0..<chance.value(0...4) {
                let position = chance.value(0...bytes.count - 1)
                switch chance.value(0...3) {
                case 0: bytes[position] = UInt8(truncatingIfNeeded: chance.next())
                case 1: bytes[position] = UInt8(ascii: "0") + UInt8(chance.value(0...9))
                case 2: bytes.remove(at: position)
                default: bytes.insert(UInt8(ascii: "9"), at: position)
                }
            }
            guard let instant = try? Instant(iso8601: String(decoding: bytes, as: UTF8.self)) else { continue }
            let story: Comment = "\(String(decoding: bytes, as: UTF8.self)), seed \(seed), round \(round)"
            #expect((try? Instant(iso8601: instant.iso8601())) == instant, story)
        }
    }
}
