import DaybookModel
import Testing

@testable import DaybookLog

@Suite struct `What claimed jobs were created as` {
    /// Of all sizes, so that pieces end in the middle, and some values have one of their own.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `is kept as it was read, whatever is read after it`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var pile = EventPile()
        var kept: [(value: EventPile.Value, bytes: [UInt8])] = []
        for _ in 0..<400 {
            let count = random.next() % 20 == 0 ? Int(random.next() % 200_000) : Int(random.next() % 400)
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            kept.append((bytes.withUnsafeBytes { pile.add($0) }, bytes))
        }
        pile = EventPile()
        for (value, bytes) in kept { #expect(value.withBytes { $0.elementsEqual(bytes) }, "seed \(seed)") }
    }
}
