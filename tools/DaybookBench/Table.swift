/// The outcomes as lines for people.
enum Table {
    private static let titles = [
        "what", "unit", "ours", "min…max", "p50/p99 µs", "baseline", "min…max", "p50/p99 µs",
        "ratio", "spread", "floor", "aim", "verdict",
    ]

    /// The table with its columns aligned. Columns that hold nothing are left out.
    static func text(of outcomes: [Outcome]) -> String {
        let rows = [titles] + outcomes.map(cells)
        let used = titles.indices.filter { column in rows.dropFirst().contains { !$0[column].isEmpty } }
        let widths = used.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(used, widths).map { column, width in
                let padding = String(repeating: " ", count: width - row[column].count)
                return column < 2 ? row[column] + padding : padding + row[column]
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private static func cells(of outcome: Outcome) -> [String] {
        let target = outcome.measurement.target
        let ratios = outcome.ratiosOfRounds
        return [outcome.measurement.name, outcome.measurement.unit.rawValue]
            + cells(of: outcome.ours) + cells(of: outcome.baseline)
            + [
                outcome.ratio.map(number) ?? "", range(ratios),
                target.map { number($0.floor) } ?? "", target?.aim.map(number) ?? "", outcome.verdict ?? "",
            ]
    }

    private static func cells(of rounds: Rounds) -> [String] {
        guard !rounds.values.isEmpty else { return ["", "", ""] }
        let latencies =
            rounds.latencies.isEmpty
            ? "" : "\(number(rounds.latencies.percentile(50) / 1000))/\(number(rounds.latencies.percentile(99) / 1000))"
        return [number(rounds.values.median), range(rounds.values), latencies]
    }

    private static func range(_ values: [Double]) -> String {
        guard let least = values.min(), let most = values.max() else { return "" }
        return "\(number(least))…\(number(most))"
    }

    /// Whole numbers with separators from 1000 on, three significant digits below.
    private static func number(_ value: Double) -> String {
        if value >= 1000 { return value.rounded().grouped }
        return value >= 100 ? "\(Int(value.rounded()))" : "\(value.rounded(to: value >= 10 ? 1 : 2))"
    }
}

extension Double {
    /// Rounded to so many digits after the point.
    func rounded(to digits: Int) -> Double {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        return (self * scale).rounded() / scale
    }

    /// A whole number with commas between groups of three digits.
    fileprivate var grouped: String {
        let digits = Array("\(Int(self))")
        return digits.indices.reduce(into: "") { text, index in
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digits[index])
        }
    }
}
