/// Lengths of time as people write them: `500ms`, `30s`, `5m`, `2h`, `1d`.
package enum DurationText {
    package static let units: [(suffix: String, microseconds: Int64)] = [
        // `ms` before `s`, which it ends in.
        ("ms", 1_000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000), ("d", 86_400_000_000),
    ]

    /// In the longest unit that says it exactly.
    package static func text(microseconds: Int64) -> String {
        let unit = units.reversed().first { microseconds.isMultiple(of: $0.microseconds) }
        guard let unit else { return "\(microseconds)us" }
        return microseconds == 0 ? "0s" : "\(microseconds / unit.microseconds)\(unit.suffix)"
    }
}
