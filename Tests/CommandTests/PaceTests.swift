import Testing

@testable import DaybookCommand

@Suite struct `What progress says` {
    @Test func `is how far, how fast and how long still`() {
        let pace = Pace(position: 3_000_000, total: 10_000_000, done: 2_000_000, inNanoseconds: 1_000_000_000)
        #expect(pace.text == "3000000 of 10000000 (30 %), 2.0 M a second, 3 s left")
        let slow = Pace(position: 100, total: 100_100, done: 100, inNanoseconds: 1_000_000_000)
        #expect(slow.text == "100 of 100100 (0 %), 100 a second, 16 min left")
    }

    @Test func `is no more than how far where nothing else is known`() {
        #expect(Pace(position: 7, total: 0, done: 0, inNanoseconds: 0).text == "7")
        #expect(Pace(position: 7, total: 9, done: 7, inNanoseconds: 1_000).text == "7 of 9 (77 %)")
        #expect(
            Pace(position: 30_000, total: 0, done: 30_000, inNanoseconds: 1_000_000_000).text == "30000, 30 k a second")
    }
}
