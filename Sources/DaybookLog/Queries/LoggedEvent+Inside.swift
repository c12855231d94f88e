public import DaybookModel

/// What a run has said of itself.
extension LoggedEvent {
    /// How far a run had come, if it said so.
    public var progress: RunProgress? {
        guard case .progressed(let progressed) = event.body else { return nil }
        return RunProgress(
            fraction: Double(progressed.value.millionths) / Double(Progressed.wholeMillionths),
            text: progressed.value.text)
    }

    /// The lines that a run has written, if some came with this.
    public var lines: [LogLine] {
        guard case .logged(let logged) = event.body else { return [] }
        return logged.value.lines.map { LogLine($0) ?? LogLine(time: event.time, level: .info, text: $0) }
    }

    /// The step that a run has done, if it did one.
    public var step: RecordedStep? {
        guard case .stepped(let stepped) = event.body else { return nil }
        return RecordedStep(name: stepped.value.step, result: stepped.value.result)
    }

    /// What a run has counted by its end; empty for nothing.
    public var counters: [String: Int] {
        guard case .reported(let reported) = event.body, let tree = try? JSONTree(reported.value.counters),
            case .object(let members) = tree
        else { return [:] }
        return Dictionary(
            members.compactMap { member in member.value.number(Int.self).map { (member.name, $0) } },
            uniquingKeysWith: { $1 })
    }

    /// The statistics that a run has kept, as JSON; empty for none.
    public var statistics: [UInt8] {
        if case .reported(let reported) = event.body { reported.value.statistics } else { [] }
    }
}

/// How far a run said that it had come.
public struct RunProgress: Hashable, Sendable {
    /// From 0 to 1.
    public let fraction: Double
    /// In words; empty for none.
    public let text: String
}

/// A step that a run has done, and that no later one repeats.
public struct RecordedStep: Hashable, Sendable {
    /// What it is called in its job.
    public let name: String
    /// What it came to, as it stands in the log; empty for nothing.
    public let result: [UInt8]
}
