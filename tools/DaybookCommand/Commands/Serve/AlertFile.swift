import Daybook
import DaybookLog
import DaybookModel

/// The file that says what is to be watched and who is to be told: JSON, see Docs/Alerts.md.
struct AlertFile: Sendable {
    private(set) var rules: [AlertRule] = []
    private(set) var deliveries: [AlertDelivery] = []
    private(set) var interval = Duration.seconds(15)

    private static let fileBytesMax = 1 << 20

    init(_ path: String) throws {
        let bytes = try Files.contents(path, bytesMax: AlertFile.fileBytesMax)
        do {
            let tree: JSONTree
            do throws(JSONSyntaxError) { tree = try JSONTree(bytes) } catch {
                throw Flaw("it is not JSON: \(error.description)")
            }
            try AlertFile.require(tree, "it", ["rules", "deliver", "every"])
            guard let rules = tree["rules"]?.elements, !rules.isEmpty else {
                throw Flaw("rules is missing: an array such as [{\"queueOlderThan\":\"5m\"}]")
            }
            for (index, rule) in rules.enumerated() { self.rules.append(try AlertFile.rule(rule, "rules[\(index)]")) }
            for (index, way) in (tree["deliver"]?.elements ?? []).enumerated() {
                deliveries.append(try AlertFile.delivery(way, "deliver[\(index)]"))
            }
            guard !deliveries.isEmpty else {
                throw Flaw("deliver is missing: an array such as [{\"command\":\"…\"},{\"webhook\":\"https://…\"}]")
            }
            if let every = tree["every"] { interval = try AlertFile.duration(every, "every") }
        } catch let flaw as Flaw {
            throw Failure.wrongCall("\(Files.name(path)) cannot be used: \(flaw.text).")
        }
    }

    private struct Flaw: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }

    // MARK: Rules

    private static let kinds = [
        "queueOlderThan", "jobs", "failureRate", "recurringLate", "diskBelow", "readerBehind", "writerBlocked",
    ]

    private static func rule(_ tree: JSONTree, _ place: String) throws -> AlertRule {
        try require(tree, place, kinds + ["queue", "moreThan", "over", "atLeast", "name"])
        let given = (tree.members ?? []).map(\.name).filter { kinds.contains($0) }
        guard given.count == 1 else { throw Flaw("\(place) needs one of \(kinds.joined(separator: ", "))") }
        let queue = tree["queue"]?.text
        var rule: AlertRule
        switch given[0] {
        case "queueOlderThan":
            rule = .queueOlderThan(try duration(tree["queueOlderThan"], "\(place).queueOlderThan"), queue: queue)
        case "jobs":
            guard let state = tree["jobs"]?.text.flatMap({ JobState(name: $0) }) else {
                throw Flaw("\(place).jobs needs one of \(JobState.allCases.map(\.name).joined(separator: ", "))")
            }
            rule = .jobs(state, moreThan: try count(tree["moreThan"], "\(place).moreThan"), queue: queue)
        case "failureRate":
            guard let share = tree["failureRate"]?.double, (0..<1).contains(share) else {
                throw Flaw("\(place).failureRate needs a share from 0 to 1, such as 0.2")
            }
            let least = try tree["atLeast"].map { try count($0, "\(place).atLeast") } ?? 20
            rule = .failureRate(above: share, over: try duration(tree["over"], "\(place).over"), atLeast: least)
        case "recurringLate":
            rule = .recurringLate(by: try duration(tree["recurringLate"], "\(place).recurringLate"))
        case "diskBelow": rule = .diskBelow(bytes: try count(tree["diskBelow"], "\(place).diskBelow"))
        case "readerBehind": rule = .readerBehind(commits: try count(tree["readerBehind"], "\(place).readerBehind"))
        default: rule = .writerBlocked
        }
        if let name = tree["name"]?.text { rule = rule.named(name) }
        return rule
    }

    private static func delivery(_ tree: JSONTree, _ place: String) throws -> AlertDelivery {
        try require(tree, place, ["command", "webhook", "secretFile"])
        if let command = tree["command"]?.text, !ValueKind<String>.isBlank(command) { return .command(command) }
        guard let url = tree["webhook"]?.text, url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw Flaw("\(place) needs a command, or a webhook that begins with https:// or http://")
        }
        guard let path = tree["secretFile"]?.text else { return .webhook(url) }
        let secret = try Files.contents(path, bytesMax: 4_096)
        // Editors end a file with a line end that nobody means.
        return .webhook(url, secret: Array(secret.reversed().drop { $0 == 0x0A || $0 == 0x0D }.reversed()))
    }

    // MARK: Pieces

    private static func require(_ tree: JSONTree, _ place: String, _ names: [String]) throws {
        guard let members = tree.members else { throw Flaw("\(place) needs to be an object") }
        for member in members where !names.contains(member.name) {
            throw Flaw("\(place) has a field \"\(member.name)\", and there are \(names.joined(separator: ", "))")
        }
    }

    private static func duration(_ tree: JSONTree?, _ place: String) throws -> Duration {
        guard let text = tree?.text, let duration = WallDuration(text), duration.microseconds > 0 else {
            throw Flaw("\(place) needs a duration such as \"30s\", \"5m\" or \"2h\"")
        }
        return .microseconds(duration.microseconds)
    }

    private static func count(_ tree: JSONTree?, _ place: String) throws -> Int {
        guard let count = tree?.number(Int.self), count >= 0 else { throw Flaw("\(place) needs a whole number") }
        return count
    }
}
