internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// The jobs that the seeded simulation runs when nobody brings their own: each has a number and a temper.
struct Scenario {
    enum Temper: UInt8, CaseIterable {
        case quick, quicker, quickest, slow, flaky, hopeless, snoozing, cancelling, stopping, overdue, stubborn, deadly
        /// Not every process can run it.
        case rare
        /// Does its work in parts that must not be done twice.
        case stepping
    }

    static let queues = ["default", "mail", "side"]
    static let retries: [RetryPolicy?] = [
        nil, .fixed(.seconds(1), .seconds(10), .seconds(60)),
        .exponential(first: .seconds(2), factor: 3, cap: .seconds(100), jitter: 0),
    ]

    let world: World
    let process: VirtualProcess
    let testimony: Testimony

    static func name(_ temper: Temper) -> String { temper == .rare ? "rare" : "work" }

    static func arguments(_ number: Int, _ temper: Temper) -> [UInt8] {
        withUnsafeBytes(of: UInt32(number).littleEndian) { Array($0) } + [temper.rawValue]
    }

    /// The number in a job's arguments; nil if they are not this scenario's.
    static func number(_ arguments: [UInt8]) -> Int? {
        guard arguments.count == 5 else { return nil }
        return Int(arguments.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)) })
    }

    func run(_ arguments: [UInt8], _ context: JobContext) async throws {
        guard let temper = arguments.last.flatMap({ Temper(rawValue: $0) }) else { return }
        testimony.begin(context.token)
        do {
            try await behave(temper, context)
            end(context, .returned)
        } catch {
            switch error {
            case JobOutcome.snooze: end(context, .snoozed)
            case JobOutcome.cancel: end(context, .cancelled)
            case JobOutcome.stop: end(context, .stopped)
            case is CancellationError where context.isCancelled: end(context, .abandoned)
            default: end(context, .failed)
            }
            throw error
        }
    }

    private func end(_ context: JobContext, _ ending: Testimony.Ending) {
        guard !process.isGone else { return }
        testimony.end(context.token, ending)
    }

    private func behave(_ temper: Temper, _ context: JobContext) async throws {
        if world.isSettling { return }
        switch temper {
        case .quick, .quicker, .quickest, .rare: break
        case .slow: try await pause(context, seconds: 120)
        case .flaky:
            try await pause(context, seconds: 2)
            if world.chance.once(in: 2) { throw Trouble() }
        case .hopeless: throw Trouble()
        case .snoozing: if world.chance.once(in: 2) { throw JobOutcome.snooze(.seconds(30)) }
        case .cancelling: throw JobOutcome.cancel(reason: "no longer needed")
        case .stopping: throw JobOutcome.stop(reason: "no use")
        case .overdue: try await pause(context, seconds: 40)
        case .stubborn:
            // Whoever tells it to stop is not heard.
            let until = context.now.advanced(microseconds: Int64(world.chance.below(90_000_000)))
            while context.now < until, !process.isGone, !world.isSettling {
                let time = world.time
                let task = Task(executorPreference: process.executor) { try? await time.sleep(for: .seconds(10)) }
                await task.value
            }
        case .stepping:
            for name in ["first", "second"] {
                try await context.step(name) {
                    testimony.begin(step: name, of: context.id.rawValue, context.token)
                    try await pause(context, seconds: 3)
                }
                try await pause(context, seconds: 5)
            }
            if world.chance.once(in: 2) { throw Trouble() }
        case .deadly:
            try await pause(context, seconds: 3)
            if world.faults.contains(.crash), world.chance.once(in: 10) { world.kill(process) }
        }
    }

    private func pause(_ context: JobContext, seconds: UInt64) async throws {
        try await context.sleep(for: .microseconds(Int64(world.chance.below(seconds * 1_000_000))))
    }

    private struct Trouble: Error {}
}
