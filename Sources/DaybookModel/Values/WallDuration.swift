/// A length of time as people write it: `500ms`, `30s`, `5m`, `2h`, `1d`.
package struct WallDuration: Hashable, Sendable {
    package let microseconds: Int64

    /// Longer than anybody means; what is beyond would leave the years that instants know.
    package static let daysMax: Int64 = 36_500

    private static let units: [(suffix: String, microseconds: Int64)] = [
        // `ms` before `s`, which it ends in.
        ("ms", 1_000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000), ("d", 86_400_000_000),
    ]

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package init?(_ text: String) {
        guard let unit = WallDuration.units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
        let digits = text.dropLast(unit.suffix.count)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int64(digits) else {
            return nil
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit.microseconds)
        guard !overflow, product <= WallDuration.daysMax * 86_400_000_000 else { return nil }
        microseconds = product
    }
}

extension WallDuration: CustomStringConvertible {
    /// The longest unit that says it exactly.
    package var description: String {
        let unit = WallDuration.units.reversed().first { microseconds.isMultiple(of: $0.microseconds) }
        guard let unit else { return "\(microseconds)us" }
        return microseconds == 0 ? "0s" : "\(microseconds / unit.microseconds)\(unit.suffix)"
    }
}
