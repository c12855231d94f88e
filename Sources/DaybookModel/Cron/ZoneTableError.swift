/// Why a list of clock changes is not a zone.
public struct ZoneTableError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with it.
    public let description: String
}

extension ZoneTable {
    static func check(_ initialOffset: Int, _ transitions: [Transition]) throws(ZoneTableError) {
        try check(offset: initialOffset)
        var previous = ZoneSpan.beginningOfTime
        for transition in transitions {
            try check(offset: transition.offsetSeconds)
            // A change outside this range could overflow when an offset is added; real tables begin at −2⁵⁹ at most.
            guard transition.secondsSince1970 > previous, transition.secondsSince1970 < 1 << 60 else {
                throw ZoneTableError(
                    description: "the clock change at \(transition.secondsSince1970) seconds is out of order")
            }
            previous = transition.secondsSince1970
        }
    }

    static func check(offset: Int) throws(ZoneTableError) {
        guard (-largestOffsetSeconds...largestOffsetSeconds).contains(offset) else {
            throw ZoneTableError(description: "an offset of \(offset) seconds is more than 26 hours away from UTC")
        }
    }
}
