internal import DaybookModel

/// The file that says what is to be otherwise.
extension WhatIf {
    /// Reads such a file. What cannot be read is refused with a sentence that says where and what there may be.
    package init(json bytes: [UInt8]) throws(LogError) {
        self.init()
        let tree: JSONTree
        do throws(JSONSyntaxError) { tree = try JSONTree(bytes) } catch {
            throw WhatIf.refusal("it is not JSON: \(error.description)")
        }
        try Self.require(tree, "it", ["workers", "all", "jobs", "queues", "limits"])
        if let given = tree["workers"], !given.isNull { workers = try Self.workers(given) }
        if let given = tree["all"] { everyJob = try Self.change(given, "all", mayMove: true) }
        for member in try Self.members(tree["jobs"], "jobs") {
            try Self.requireName(member.name, "jobs")
            names[member.name] = try Self.change(member.value, "jobs.\(member.name)", mayMove: true)
        }
        for member in try Self.members(tree["queues"], "queues") {
            try Self.requireName(member.name, "queues")
            queues[member.name] = try Self.change(member.value, "queues.\(member.name)", mayMove: true)
        }
        for member in try Self.members(tree["limits"], "limits") {
            guard let scope = LimitScope(text: member.name), scope.text == member.name else {
                throw Self.refusal(
                    "limits.\(member.name) is about nothing; use queue:NAME, name:NAME, key:KEY or key:GROUP:*")
            }
            limits.updateValue(try Self.limit(member.value, "limits.\(member.name)"), forKey: scope)
        }
    }

    // MARK: Pieces

    private static func workers(_ tree: JSONTree) throws(LogError) -> [Workers] {
        if let count = tree.number(Int.self) { return [Workers(try positive(count, "workers", max: workersMax))] }
        guard let elements = tree.elements, !elements.isEmpty else {
            throw refusal("workers needs a number, or an array such as [{\"count\":4,\"queues\":[\"mail\"]}]")
        }
        var found: [Workers] = []
        for (index, element) in elements.enumerated() {
            let place = "workers[\(index)]"
            try require(element, place, ["count", "queues"])
            guard let count = element["count"]?.number(Int.self) else { throw refusal("\(place).count needs a number") }
            var queues: [String]?
            if let given = element["queues"], !given.isNull {
                guard let names = given.elements?.map(\.text), !names.isEmpty, names.allSatisfy({ $0 != nil }) else {
                    throw refusal("\(place).queues needs an array of names")
                }
                queues = names.compactMap { $0 }
                for name in queues ?? [] { try requireName(name, "\(place).queues") }
            }
            found.append(Workers(try positive(count, "\(place).count", max: workersMax), queues: queues))
        }
        return found
    }

    private static let workersMax = 10_000

    private static func change(_ tree: JSONTree, _ place: String, mayMove: Bool) throws(LogError) -> JobChange {
        try require(tree, place, ["retry", "attempts", "priority", "queue"])
        var change = JobChange()
        if let given = tree["retry"], !given.isNull { change.retry = try retry(given, "\(place).retry") }
        if let given = tree["attempts"], !given.isNull {
            guard let count = given.number(Int.self) else { throw refusal("\(place).attempts needs a number") }
            change.attempts = try positive(count, "\(place).attempts", max: 65_535)
        }
        if let given = tree["priority"], !given.isNull {
            guard let priority = given.number(Int16.self) else {
                throw refusal("\(place).priority needs a whole number from \(Int16.min) to \(Int16.max)")
            }
            change.priority = Int(priority)
        }
        if let given = tree["queue"], !given.isNull {
            guard let name = given.text else { throw refusal("\(place).queue needs a name") }
            try requireName(name, "\(place).queue")
            change.queue = name
        }
        return change
    }

    private static func retry(_ tree: JSONTree, _ place: String) throws(LogError) -> RetryPolicy {
        switch tree.text {
        case "hangfire": return .hangfire
        case "abp": return .abp
        case .some(let text):
            guard let policy = RetryPolicy(text) else { break }
            return policy
        case nil:
            try require(tree, place, ["fixed", "first", "factor", "cap", "jitter", "total"])
            if let fixed = tree["fixed"] {
                guard let delays = fixed.elements, !delays.isEmpty else { break }
                var microseconds: [String] = []
                for delay in delays { microseconds.append("\(try duration(delay, "\(place).fixed"))") }
                return try policy("fixed:\(microseconds.joined(separator: ","))", tree, place)
            }
            let first = try tree["first"].map { tree throws(LogError) in try duration(tree, "\(place).first") }
            let cap = try tree["cap"].map { tree throws(LogError) in try duration(tree, "\(place).cap") }
            let factor = tree["factor"]?.double ?? 2
            let jitter = tree["jitter"]?.double ?? 0
            return try policy(
                "exponential:\(first ?? 1_000_000),\(factor),\(cap ?? 3_600_000_000),\(jitter)", tree, place)
        }
        throw refusal(
            "\(place) needs \"hangfire\", \"abp\", {\"fixed\":[\"10s\",\"1m\"]} or "
                + "{\"first\":\"1s\",\"factor\":2,\"cap\":\"1h\",\"jitter\":0.1}")
    }

    private static func policy(_ text: String, _ tree: JSONTree, _ place: String) throws(LogError) -> RetryPolicy {
        var text = text
        if let total = tree["total"], !total.isNull { text += ";total=\(try duration(total, "\(place).total"))" }
        guard let policy = RetryPolicy(text) else {
            throw refusal("\(place): factor is 1 or more, and jitter 0 to 1")
        }
        return policy
    }

    private static func limit(_ tree: JSONTree, _ place: String) throws(LogError) -> Limit? {
        if tree.isNull { return nil }
        try require(tree, place, ["concurrency", "serial", "rate", "per", "sliding", "weight"])
        var limit = Limit(concurrency: nil, keepsOrder: false)
        if let given = tree["concurrency"], !given.isNull {
            limit.concurrency = try positive(given.number(Int.self) ?? 0, "\(place).concurrency", max: 1_000_000)
        }
        if tree["serial"]?.flag == true { limit = .serial }
        if let given = tree["rate"], !given.isNull {
            let count = try positive(given.number(Int.self) ?? 0, "\(place).rate", max: 1_000_000)
            guard let per = tree["per"] else {
                throw refusal("\(place).per is missing: in how much time, such as \"1m\"")
            }
            let window: Limit.Rate.Window = tree["sliding"]?.flag == true ? .sliding : .fixed
            limit.rate = Limit.Rate(
                count: count, microseconds: max(1_000, try duration(per, "\(place).per")), window: window)
        }
        if let given = tree["weight"], !given.isNull {
            limit.weight = try positive(given.number(Int.self) ?? 0, "\(place).weight", max: Limit.weightMax)
        }
        guard !limit.isEmpty else {
            throw refusal(
                "\(place) needs a concurrency, a rate with per, serial or a weight; null takes the limit away")
        }
        return limit
    }

    private static func duration(_ tree: JSONTree, _ place: String) throws(LogError) -> Int64 {
        guard let text = tree.text, let duration = WallDuration(text) else {
            throw refusal("\(place) needs a duration such as \"500ms\", \"30s\", \"5m\", \"2h\" or \"1d\"")
        }
        return duration.microseconds
    }

    private static func positive(_ count: Int, _ place: String, max: Int) throws(LogError) -> Int {
        guard (1...max).contains(count) else { throw refusal("\(place) needs a whole number from 1 to \(max)") }
        return count
    }

    private static func members(_ tree: JSONTree?, _ place: String) throws(LogError) -> [JSONTree.Member] {
        guard let tree else { return [] }
        guard let members = tree.members else { throw refusal("\(place) needs an object") }
        return members
    }

    private static func require(_ tree: JSONTree, _ place: String, _ names: [String]) throws(LogError) {
        guard let members = tree.members else { throw refusal("\(place) needs to be an object") }
        for member in members where !names.contains(member.name) {
            throw refusal("\(place) has a field \"\(member.name)\", and there are \(names.joined(separator: ", "))")
        }
    }

    private static func requireName(_ name: String, _ place: String) throws(LogError) {
        guard Name.isValid(name) else { throw refusal("\(place): \"\(name)\" is not a name") }
    }

    private static func refusal(_ why: String) -> LogError {
        LogError(.badInput, "The policy cannot be used: \(why).")
    }
}
