// How a person would say which values of a field match: all, one, a run, every so many, or a list.

package enum CronPattern: Hashable, Sendable {
    case every
    case one(Int)
    /// At least three values in a row; `to` is smaller than `from` where the run goes past the field's end (22 to 2).
    case run(from: Int, to: Int)
    /// All round the clock: `by` divides the field's cycle and `from` is smaller than `by`.
    case steps(by: Int, from: Int)
    /// At least three values at the same distance, but not all round.
    case partialSteps(by: Int, from: Int, to: Int)
    case list([Int])

    package init(_ bits: UInt64, in field: CronField) {
        let values = bits.positions
        let cycle = field.cycle
        if values.count == cycle {
            self = .every
        } else if values.count == 1 {
            self = .one(values[0])
        } else if let run = Self.run(in: values, of: field) {
            self = run
        } else if let step = Self.distance(in: values) {
            let isAllRound =
                cycle.isMultiple(of: step) && values.count == cycle / step && field != .dayOfWeek
                && field != .dayOfMonth
            if isAllRound {
                self = .steps(by: step, from: values[0])
            } else if values.count >= 3 {
                self = .partialSteps(by: step, from: values[0], to: values[values.count - 1])
            } else {
                self = .list(values)
            }
        } else {
            self = .list(values)
        }
    }

    /// The values without a gap, once round the field if need be. Days of the month do not go round: months differ.
    private static func run(in values: [Int], of field: CronField) -> CronPattern? {
        guard values.count >= 3 else { return nil }
        let ends = values.indices.filter { index in
            let next = values[(index + 1) % values.count]
            return (values[index] - field.first + 1) % field.cycle + field.first != next
        }
        guard ends.count == 1, field != .dayOfMonth || ends[0] == values.count - 1 else { return nil }
        return .run(from: values[(ends[0] + 1) % values.count], to: values[ends[0]])
    }

    private static func distance(in values: [Int]) -> Int? {
        let step = values[1] - values[0]
        return zip(values, values.dropFirst()).allSatisfy { $1 - $0 == step } ? step : nil
    }
}
