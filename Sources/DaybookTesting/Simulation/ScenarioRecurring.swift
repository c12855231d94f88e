internal import Daybook
internal import DaybookModel

/// The recurring jobs of the seeded simulation: one of each rule.
enum ScenarioRecurring {
    /// Microseconds from one occurrence to the next.
    static let intervals: [String: Int64] = [
        "catchup": 1_800_000_000, "newest": 2_700_000_000, "strict": 2_340_000_000, "waiting": 2_400_000_000,
    ]

    static func register(in registry: inout JobRegistry, _ process: VirtualProcess) {
        registry.recurringSource = "scenario"
        // At the end all are taken away, so that what is left can be finished.
        guard !process.world.isSettling else { return }
        // Programs of two releases run beside each other, and each sets its own when it starts.
        let words = process.number % 3 == 0 ? "of the newer release" : "of the older release"
        func add(_ id: String, _ schedule: Schedule?, _ temper: Scenario.Temper, _ options: RecurringOption...) {
            let options = options + [.description(words), .job(.queue("mail"), .attempts(2))]
            registry.recurring(RecurringJob(id, "work", arguments: [temper.rawValue], schedule, options))
        }
        add("catchup", (try? CronExpression("*/30 * * * *")).map { .cron($0) }, .quick, .misfire(.each(max: 3)))
        add("newest", .every(.seconds(2_700)), .flaky, .misfire(.once), .overlap(.skip))
        add("strict", .every(.seconds(2_340)), .quicker, .misfire(.skip), .jitter(.seconds(20)))
        add("waiting", .every(.seconds(2_400)), .slow, .misfire(.once), .overlap(.wait))
    }

    /// What a person does to one of them.
    static func meddle(_ engine: JobEngine, _ chance: inout Chance, now: Instant) async {
        let ids = intervals.keys.sorted()
        let id = ids[Int(chance.below(UInt64(ids.count)))]
        let choice = chance.below(5)
        let later = now.advanced(microseconds: Int64(chance.below(3_600_000_000)))
        switch choice {
        case 0, 1: _ = try? await engine.recurring.trigger(id, by: "ada")
        case 2: _ = try? await engine.recurring.pause(id, until: later, reason: "lunch", by: "ada")
        case 3: _ = try? await engine.recurring.resume(id, by: "ada")
        default:
            let hourAgo = now.advanced(microseconds: -3_600_000_000)
            _ = try? await engine.recurring.backfill(id, from: hourAgo, through: now, by: "ada")
        }
    }
}
