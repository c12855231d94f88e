import Foundation

/// Everything that was measured, for machines.
struct Report: Encodable {
    struct Side: Encodable {
        var median: Double
        var values: [Double]
        var latencyP50Microseconds: Double?
        var latencyP99Microseconds: Double?

        init?(_ rounds: Rounds) {
            guard !rounds.values.isEmpty else { return nil }
            median = rounds.values.median
            values = rounds.values
            guard !rounds.latencies.isEmpty else { return }
            latencyP50Microseconds = rounds.latencies.percentile(50) / 1000
            latencyP99Microseconds = rounds.latencies.percentile(99) / 1000
        }
    }

    struct Row: Encodable {
        var suite: String
        var name: String
        var unit: Unit
        var ours: Side?
        var baseline: Side?
        var ratio: Double?
        var ratiosOfRounds: [Double]
        var judged: String?
        var floor: Double?
        var aim: Double?
        var verdict: String?
    }

    var machine: Machine
    var rounds: Int
    var isQuick: Bool
    var measurements: [Row]

    init(machine: Machine, options: Options, outcomes: [Outcome]) {
        self.machine = machine
        rounds = options.rounds
        isQuick = options.isQuick
        measurements = outcomes.map { outcome in
            let measurement = outcome.measurement
            let judged: String? =
                switch measurement.target {
                case .ratio: "ratio"
                case .ours: "ours"
                case nil: nil
                }
            return Row(
                suite: measurement.suite, name: measurement.name, unit: measurement.unit, ours: Side(outcome.ours),
                baseline: Side(outcome.baseline), ratio: outcome.ratio, ratiosOfRounds: outcome.ratiosOfRounds,
                judged: judged, floor: measurement.target?.floor, aim: measurement.target?.aim,
                verdict: outcome.verdict)
        }
    }

    /// Writes the report as JSON.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: URL(filePath: path), options: .atomic)
    }
}
