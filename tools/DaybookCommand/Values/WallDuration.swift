import DaybookModel

/// A length of time as people write it: `500ms`, `30s`, `5m`, `2h`, `1d`.
struct WallDuration: Hashable, Sendable {
    let microseconds: Int64

    /// Longer than anybody means; what is beyond would leave the years that instants know.
    static let daysMax: Int64 = 36_500

    init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    init?(_ text: String) {
        guard let unit = DurationText.units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
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
    var description: String { DurationText.text(microseconds: microseconds) }
}
