extension RetryPolicy {
    /// A draw with which the policy gives this delay before retry number `retry`; nil if that depends on no draw, or
    /// none does. Running a log again needs the luck that was had.
    package func draw(giving delayMicroseconds: Int64, retry: Int) -> UInt64? {
        let least = self.delayMicroseconds(retry: retry, random: 0)
        switch kind {
        case .fixed: return nil
        case .hangfire:
            let draw = (delayMicroseconds - least) / 1_000_000 / Int64(max(1, retry))
            return (0..<30).contains(draw) ? UInt64(draw) : nil
        case .exponential:
            let most = self.delayMicroseconds(retry: retry, random: .max)
            guard most > least, (least...most).contains(delayMicroseconds) else { return nil }
            let share = Double(delayMicroseconds - least) / Double(most - least)
            return UInt64(share * Double(1 << 53 - 1)) << 11
        }
    }
}
