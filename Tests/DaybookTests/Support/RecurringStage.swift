import DaybookModel
import Foundation

@testable import Daybook
@testable import DaybookLog

/// Processes that have one store open, a clock that somebody sets, and nothing that happens by itself: what the lines
/// of a scenario are played on.
final class RecurringStage: Stage {
    private let storage = MemoryStorage()
    private let host: HostFacts
    private let random: RandomNumbers
    private let writer: LogWriter
    private var clock = Instant.epoch
    private var processes: [Actors] = []
    private var told: SequenceNumber = 0

    private struct Actors {
        let name: String
        let writer: LogWriter
        let zones: Zones
        let process: SequenceNumber
        var firing: RecurringFiring
        var next: Instant?
    }

    init() throws {
        host = try HostFacts.real()
        random = RandomNumbers(host)
        writer = LogWriter(storage)
        let genesis = Genesis(identity: Array(repeating: 1, count: 16), format: 1, program: "test")
        _ = try writer.turn(now: clock) { try $0.record(Event(time: .epoch, body: .genesis(Box(genesis)))) }
        told = 1
    }

    /// Plays one line and tells what the log says of recurring jobs since the line before.
    func play(_ line: String) throws -> [String] {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        let rest = words.count > 1 ? words[1] : ""
        do {
            try play(words[0], rest)
        } catch let refusal as Refusal {
            return try news() + ["refused: \(refusal.description)"]
        }
        return try news()
    }

    private func play(_ word: String, _ rest: String) throws {
        switch word {
        case "clock": clock = try Instant(iso8601: rest)
        case "start": try start(rest)
        case "look": try look(rest)
        case "until": try goOn(until: Instant(iso8601: rest))
        case "end": try endJobs()
        case "set":
            let job = try Self.job(rest)
            try perform { planner, log, now in
                try planner.setting(job.set, by: .person("ann"), now: now, random: (1, 0), in: log)
            }
        case "pause":
            let parts = rest.split(separator: " until ").map(String.init)
            let until = parts.count > 1 ? try Instant(iso8601: parts[1]) : nil
            try perform { planner, log, _ in
                try planner.pausing(parts[0], until: until, reason: "", by: .person("ann"), in: log)
            }
        case "resume":
            try perform { planner, log, now in
                try planner.resuming(rest, reason: "", by: .person("ann"), now: now, random: 0, in: log)
            }
        case "remove":
            try perform { planner, log, now in
                try planner.removing(rest, reason: "", by: .person("ann"), now: now, in: log)
            }
        case "trigger":
            try perform { planner, log, now in
                try planner.triggering(rest, by: .person("ann"), now: now, salt: 1, in: log)
            }
        case "backfill": try backfill(rest.split(separator: " ").map(String.init))
        default: throw Trouble(description: "no line begins with \(word)")
        }
    }

    private var first: Actors {
        get throws {
            guard let first = processes.first else { throw Trouble(description: "nobody has been started") }
            return first
        }
    }

    private func perform(
        _ make: (inout RecurringPlanner, any LogSnapshot, Instant) throws -> RecurringCommand
    ) throws {
        var planner = RecurringPlanner(try first.zones)
        let command = try storage.read { try make(&planner, $0, clock) }
        if case .refused(let refusal) = try writer.turn(now: clock, { try $0.perform(.recurring(Box(command))) }) {
            throw refusal
        }
    }

    private func backfill(_ words: [String]) throws {
        var planner = RecurringPlanner(try first.zones)
        let instants = try storage.read {
            try planner.instantsToFill(
                words[0], from: Instant(iso8601: words[1]), through: Instant(iso8601: words[2]), max: 10, now: clock,
                in: $0)
        }
        try perform { planner, log, _ in
            try planner.making(
                words[0], instants, .backfill, by: .person("ann"), salts: instants.map { _ in 1 }, in: log)
        }
    }

    // MARK: Processes

    /// `A`, `A zones none`, `A zones 2026b Test/Zone=America/Chicago`, `A code tick: every 60s | report: daily at
    /// 02:30`
    private func start(_ text: String) throws {
        let parts = text.split(separator: " ", maxSplits: 2).map(String.init)
        let options = parts.count > 2 ? parts[2] : ""
        let zones = parts.count > 1 && parts[1] == "zones" ? try Self.zones(options) : Zones()
        let started = ProcessStarted(processID: 7, host: "h", user: "u", program: "test", boot: "00")
        let own = LogWriter(storage)
        guard case .done(let process) = try own.turn(now: clock, { try $0.perform(.startProcess(Box(started))) }) else {
            throw Trouble(description: "the process was not entered")
        }
        if parts.count > 1, parts[1] == "code" {
            var registry = JobRegistry()
            registry.recurringSource = "shop"
            for definition in options.split(separator: "|") where definition.contains(":") {
                registry.recurring(try Self.job(definition.trimmingCharacters(in: .whitespaces)))
            }
            var definitions = RecurringDefinitions(
                registry, program: "test", zones: zones, PayloadLimits(EngineOptions()))
            try definitions.enter(in: storage, reserve: nil, random: random, now: clock, process: process)
        }
        processes.removeAll { $0.name == parts[0] }
        processes.append(
            Actors(
                name: parts[0], writer: own, zones: zones, process: process,
                firing: RecurringFiring(process: process, zones: zones, random: random, signals: RecurringSignals()),
                next: clock))
    }

    /// A process makes turns until nothing more is due; all of them, if none is named.
    private func look(_ name: String) throws {
        for index in processes.indices where name.isEmpty || processes[index].name == name {
            for _ in 0..<10_000 {
                var firing = processes[index].firing
                processes[index].next = try processes[index].writer.turn(now: clock) { turn in
                    firing.begin()
                    return try firing.perform(&turn, now: clock, limit: 1_000)
                }
                firing.commit()
                processes[index].firing = firing
                if processes[index].next.map({ $0 > clock }) ?? true { break }
            }
        }
    }

    /// Time passes, and whoever is to look looks.
    private func goOn(until end: Instant) throws {
        try look("")
        while let next = processes.compactMap(\.next).min(), next <= end {
            clock = max(clock, next)
            try look("")
        }
        clock = end
    }

    /// All jobs that are there run and succeed.
    private func endJobs() throws {
        let process = try first.process
        try writer.turn(now: clock) { turn in
            let claim = Claim(process: process, queues: nil, slots: 10_000)
            guard case .claimed(let claimed) = try turn.perform(.claim(claim)) else { return }
            for job in claimed {
                _ = try turn.perform(
                    .finish(
                        job: job.job, token: job.token, .succeeded(Succeeded(ranMicroseconds: 1)),
                        actor: .process(process)))
            }
        }
    }

    // MARK: What lines say

    /// `tick: every 1s; misfire each 5; overlap wait; zone Europe/Berlin`
    static func job(_ text: String) throws -> RecurringJob {
        let pair = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard pair.count == 2 else { throw Trouble(description: "\(text) has no colon behind the id") }
        let parts = pair[1].split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        var text = parts[0]
        if text.hasPrefix("every "), !text.contains(" from ") { text += " from 1970-01-01T00:00:00Z" }
        let schedule: Schedule
        do {
            schedule = try Schedule(text)
        } catch {
            throw Refusal(.badOption, error.description)
        }
        let options = try parts.dropFirst().map { try option($0) }
        return RecurringJob(pair[0], "job", arguments: Array("{}".utf8), schedule, options)
    }

    private static func option(_ text: String) throws -> RecurringOption {
        let words = text.split(separator: " ").map(String.init)
        switch words[0] {
        case "zone": return .zone(words[1])
        case "misfire":
            guard let rule = MisfireRule(word: words[1], max: words.count > 2 ? Int(words[2])! : 1_000) else { break }
            return .misfire(rule)
        case "overlap": if let rule = OverlapRule(rawValue: words[1]) { return .overlap(rule) }
        case "late": return .lateAfter(.seconds(Int(words[1])!))
        case "jitter": return .jitter(.seconds(Int(words[1])!))
        case "queue": return .job(.queue(words.dropFirst().joined(separator: " ")))
        case "starts": return .starts(try Instant(iso8601: words[1]))
        case "ends": return .ends(try Instant(iso8601: words[1]))
        case "key": return .job(.key(words[1]))
        default: break
        }
        throw Trouble(description: "\(text) is no option")
    }

    /// `none`, or a release and zones that are copies of others: `2026b Test/Zone=America/Chicago`.
    private static func zones(_ text: String) throws -> Zones {
        guard text != "none" else { return Zones(folder: "/nonexistent") }
        let words = text.split(separator: " ").map(String.init)
        let folder = FileManager.default.temporaryDirectory.appending(path: "zones-\(UInt64.random(in: 0...(.max)))")
        for pair in words.dropFirst() {
            let names = pair.split(separator: "=").map(String.init)
            let file = folder.appending(path: names[0])
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: "/usr/share/zoneinfo/" + names[1], toPath: file.path())
        }
        try "# version \(words[0])\n".write(
            to: folder.appending(path: "tzdata.zi"), atomically: true, encoding: .utf8)
        let zones = Zones(folder: folder.path())
        // Read now, since the folder goes away.
        _ = zones.dataVersion
        for pair in words.dropFirst() { _ = try zones.table(named: String(pair.split(separator: "=")[0])) }
        try FileManager.default.removeItem(at: folder)
        return zones
    }

    // MARK: What the log says

    private func news() throws -> [String] {
        try storage.read { log in
            var lines: [String] = []
            try log.events(from: told + 1) { sequence, value in
                let event = try Event(value, at: sequence)
                if let line = try Self.line(event, sequence, log) { lines.append(line) }
                told = sequence
                return true
            }
            return lines
        }
    }

    private static func line(_ event: Event, _ sequence: SequenceNumber, _ log: any LogSnapshot) throws -> String? {
        func id(_ step: RecurringStep) throws -> String {
            try RecurringBook.record(step.definition, in: log)?.id ?? "?"
        }
        func next(_ plan: RecurringNext) -> String { plan.planned.map { "next \($0)" } ?? "no next" }
        switch event.body {
        case .recurringSet(let box):
            return "set \(box.value.id), " + (box.value.broken.map { "broken: \($0)" } ?? next(box.value.plan))
        case .recurringPaused(let box):
            return "paused \(try id(box.value))" + (box.value.until.map { " until \($0)" } ?? "")
        case .recurringResumed(let box): return "resumed \(try id(box.value)), \(next(box.value.plan))"
        case .recurringRemoved(let box):
            return "removed \(try id(box.value))" + (box.value.reason.isEmpty ? "" : ": \(box.value.reason)")
        case .replanned(let box):
            return "replanned \(try id(box.value)) by \(box.value.zoneData ?? "?"), \(next(box.value.plan))"
        case .postponed(let box): return "postponed \(try id(box.value)), planned \(box.value.planned ?? .epoch)"
        case .fired(let box):
            let origin = box.value.origin == .schedule ? "" : " (\(box.value.origin.rawValue))"
            return "fired \(try id(box.value)), planned \(box.value.planned ?? .epoch)\(origin)"
        case .skipped(let box):
            let step = box.value
            let to = step.plannedLast.map { " to \($0)" } ?? ""
            return "skipped \(try id(step)), \(step.howMany) planned \(step.planned ?? .epoch)\(to): \(step.reason)"
        case .duplicate: return "  its job is there already: \(event.job)"
        default: return nil
        }
    }
}
