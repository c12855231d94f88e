import Foundation

/// Random numbers from a seed (SplitMix64), so that a failure can be repeated.
struct CronChance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

    mutating func value(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// How often a random test tries: a part of it where only the quick tests run.
    static func rounds(quick: Int, all: Int) -> Int {
        ProcessInfo.processInfo.environment["DAYBOOK_TESTS"] == "all" ? all : quick
    }
}
