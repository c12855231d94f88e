/// Random numbers from a seed: the same seed, the same numbers, on every machine. (SplitMix64.)
public struct Chance: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Numbers that follow from `seed` alone.
    public init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0xD1B5_4A32_D192_ED03
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True once in so many times.
    package mutating func once(in times: UInt64) -> Bool { next() % times == 0 }

    /// A whole number below `limit`, which is above 0.
    package mutating func below(_ limit: UInt64) -> UInt64 { next() % limit }

    package mutating func within(_ range: ClosedRange<UInt64>) -> UInt64 {
        range.lowerBound + next() % (range.upperBound - range.lowerBound + 1)
    }

    /// A span whose mean is `mean`: mostly shorter, sometimes several times as long.
    package mutating func span(mean: UInt64) -> UInt64 {
        // The sum of such halvings has the shape of an exponential, without a logarithm that may differ between
        // machines.
        var span = below(mean + 1)
        while once(in: 2), span < mean * 16 { span += below(mean + 1) }
        return span
    }
}
