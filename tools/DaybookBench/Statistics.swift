/// Medians and spreads: of the few rounds of a measurement, and of many latencies.

extension Array where Element: BinaryInteger {
    /// The smallest element that at least `percent` of all are not above; 0 of nothing.
    func percentile(_ percent: Double) -> Double {
        guard !isEmpty else { return 0 }
        let rank = (percent / 100 * Double(count)).rounded(.up)
        return Double(sorted()[Swift.min(count, Swift.max(1, Int(rank))) - 1])
    }
}

extension [Double] {
    /// The middle element, or the mean of the two in the middle; 0 of nothing.
    var median: Double {
        guard !isEmpty else { return 0 }
        let ordered = sorted()
        return (ordered[(count - 1) / 2] + ordered[count / 2]) / 2
    }
}

/// The rounds of one side of a measurement.
struct Rounds {
    var values: [Double] = []
    /// Of all rounds together.
    var latencies: [UInt64] = []

    mutating func add(_ sample: Sample) {
        values.append(sample.value)
        latencies += sample.latencies
    }
}

/// All rounds of a measurement.
struct Outcome {
    let measurement: Measurement
    var ours = Rounds()
    var baseline = Rounds()

    /// The ratio of the medians, if both sides were run.
    var ratio: Double? {
        guard !ours.values.isEmpty, baseline.values.median > 0 else { return nil }
        return ours.values.median / baseline.values.median
    }

    /// Of each round, ours divided by the baseline that ran right after it.
    var ratiosOfRounds: [Double] {
        zip(ours.values, baseline.values).filter { $1 > 0 }.map { $0 / $1 }
    }

    /// The number that the target is about.
    var judged: Double? {
        switch measurement.target {
        case .ratio: ratio
        case .ours: ours.values.isEmpty ? nil : ours.values.median
        case nil: nil
        }
    }

    /// Where that number is with respect to the target.
    var verdict: String? {
        guard let target = measurement.target, let judged else { return nil }
        func reaches(_ bound: Double) -> Bool { measurement.unit.growsWithSpeed ? judged >= bound : judged <= bound }
        if let aim = target.aim, reaches(aim) { return "aim" }
        return reaches(target.floor) ? "floor" : "missed"
    }
}
