import DaybookModel
import Testing

@Suite struct `Mistakes in a recurring job` {
    private static func set() -> RecurringSet {
        RecurringSet(
            id: "report", job: Created(name: "n", queue: "q", attempts: 2, salt: 0, arguments: Array("{}".utf8)))
    }

    private static let mistakes: [(String, @Sendable (inout RecurringSet) -> Void)] = [
        ("id of the recurring job", { $0.id = "a b\n" }), ("id of the recurring job", { $0.id = "" }),
        ("group", { $0.group = "ä" }), ("job's name", { $0.job.name = "\u{0}" }), ("queue", { $0.job.queue = "" }),
        ("Attempts", { $0.job.attempts = 0 }), ("tag", { $0.job.tags = ["a b"] }),
        ("The arguments have", { $0.job.arguments = Array(repeating: 32, count: 5 << 20) }),
        ("leave out the delay", { $0.job.due = .epoch }), ("is in no batch", { $0.job.batch = 99 }),
        ("waits for no other job", { $0.job.after = [Dependency(.job(9), .success)] }),
        ("request id", { $0.job.requestID = "r" }),
        ("expire", { $0.expiresAfterMicroseconds = -1 }), ("expire", { $0.expiresAfterMicroseconds = .max }),
        ("description", { $0.description = String(repeating: "x", count: 1_025) }),
        ("schedule", { $0.schedule = String(repeating: "x", count: 1_101) }),
        ("zone", { $0.zone = String(repeating: "x", count: 256) }), ("threshold", { $0.lateMicroseconds = -1 }),
        ("jitter", { $0.jitterMicroseconds = -1 }), ("jitter", { $0.jitterMicroseconds = 86_400_000_001 }),
        ("`each` makes up", { $0.misfire = .each(max: -1) }), ("`each` makes up", { $0.misfire = .each(max: .max) }),
        ("It ends at", { ($0.starts, $0.ends) = (Instant(microseconds: 1), .epoch) }),
    ]

    @Test func `are named, and what is left has none`() {
        #expect(Self.set().refusal == nil)
        #expect(Self.set().withoutMistakes == Self.set())
        for (words, make) in Self.mistakes {
            var set = Self.set()
            make(&set)
            #expect(set.refusal?.description.contains(words) == true, "\(words): \(set.refusal?.description ?? "")")
            #expect(set.withoutMistakes.refusal == nil, "\(words)")
        }
    }

    @Test func `may come together`() {
        var set = Self.set()
        for (_, make) in Self.mistakes { make(&set) }
        #expect(set.withoutMistakes.refusal == nil)
    }

    @Test func `leave two ids apart that differ`() {
        let names = ["a b", "a c", "ab ", " ab", "", " "].map { id in
            var set = Self.set()
            set.id = id
            return set.withoutMistakes.id
        }
        #expect(Set(names).count == names.count)
        #expect(names[0].hasPrefix("unnamed:ab:"), "\(names)")
    }
}
