import DaybookModel
import Testing

@testable import DaybookCommand

@Suite struct `Durations as people write them` {
    @Test(
        arguments: [
            ("500ms", 500_000), ("30s", 30_000_000), ("5m", 300_000_000), ("2h", 7_200_000_000), ("1d", 86_400_000_000),
            ("0s", 0), ("36500d", 3_153_600_000_000_000),
        ] as [(String, Int64)])
    func `a number and a unit`(_ text: String, _ microseconds: Int64) {
        #expect(WallDuration(text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "s", "5", "5 s", "-5s", "+5s", "1.5h", "5S", "5us", "5sm", "36501d", "99999999999999999999d",
        "9223372036854775807d",
        "５s", "5m30s",
    ])
    func `anything else is refused`(_ text: String) {
        #expect(WallDuration(text) == nil)
    }

    @Test(arguments: ["500ms", "30s", "5m", "2h", "1d", "90s", "36h", "0s"])
    func `what is printed can be read`(_ text: String) throws {
        let duration = try #require(WallDuration(text))
        #expect(duration.description == text)
    }
}
