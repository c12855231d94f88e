/// One row of the table: something we do, beside what the machine can do without us.
///
/// To add a measurement, write one file under `Measurements/` that makes it, and name it in `allMeasurements`:
///
///     let appendOfThousands = Measurement(
///         suite: "log", name: "append of 160-byte events, batch 1000", unit: .perSecond,
///         target: .ratio(floor: 0.75, aim: 0.85),
///         ours: { place in
///             let log = try Log.open(place.emptyFolder())
///             return try timed(operations: place.operations(1_000_000)) { … }
///         },
///         baseline: { place in try Baseline.append.run(in: place, operations: 1_000_000, batch: 1000) })
///
/// Both sides are run in turn, ours, baseline, ours, baseline, in every round anew, because a machine's speed
/// drifts over seconds and two numbers are comparable only if they were taken side by side. What takes long to make
/// and is only read (a log of ten million events) is made once in `prepare` and lies in `place.sharedFolder`, where
/// other measurements find it.
struct Measurement: Sendable {
    /// What one run of one side does.
    typealias Side = @Sendable (Place) async throws -> Sample

    /// The group under which it can be asked for on the command line.
    let suite: String
    /// What is measured, as the table says it.
    let name: String
    /// What the numbers are.
    let unit: Unit
    /// Where we must and want to be, if that was settled.
    let target: Target?
    /// Made once, before the first round.
    let prepare: (@Sendable (Place) async throws -> Void)?
    /// What we do; nothing where only the machine is measured.
    let ours: Side?
    /// The same without us; nothing where there is nothing to compare with.
    let baseline: Side?

    init(
        suite: String, name: String, unit: Unit, target: Target? = nil,
        prepare: (@Sendable (Place) async throws -> Void)? = nil, ours: Side? = nil, baseline: Side? = nil
    ) {
        self.suite = suite
        self.name = name
        self.unit = unit
        self.target = target
        self.prepare = prepare
        self.ours = ours
        self.baseline = baseline
    }
}

/// What a number of a measurement is.
enum Unit: String, Encodable, Sendable {
    case perSecond = "/s"
    case microseconds = "µs"
    case milliseconds = "ms"
    case seconds = "s"
    case megabytes = "MB"
    case kilobytes = "KB"
    case bytesPerByte = "B/B"
    case percent = "%"
    case jobs = "jobs"

    /// Whether more of it is better.
    var growsWithSpeed: Bool { self == .perSecond || self == .percent }
}

/// Where a measurement has to be (`floor`) and where it is meant to be (`aim`).
enum Target: Sendable {
    /// Ours divided by the baseline.
    case ratio(floor: Double, aim: Double?)
    /// Ours, in the measurement's unit.
    case ours(floor: Double, aim: Double?)

    var floor: Double {
        switch self {
        case .ratio(let floor, _), .ours(let floor, _): floor
        }
    }

    var aim: Double? {
        switch self {
        case .ratio(_, let aim), .ours(_, let aim): aim
        }
    }
}
