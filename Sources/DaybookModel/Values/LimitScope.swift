/// What a limit is about.
public enum LimitScope: Hashable, Sendable {
    /// All jobs of a queue together.
    case queue(String)
    /// All jobs of one name together.
    case job(String)
    /// The jobs that carry this key, such as `tenant:acme`.
    case key(String)
    /// The jobs of each key that begins with this word and a colon, each key for itself.
    case keys(String)

    /// How events and commands write it.
    package var text: String {
        switch self {
        case .queue(let name): "queue:" + name
        case .job(let name): "name:" + name
        case .key(let key): "key:" + key
        case .keys(let group): "key:" + group + ":*"
        }
    }

    package init?(text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let name = String(text[text.index(after: colon)...])
        switch text[..<colon] {
        case "queue": self = .queue(name)
        case "name": self = .job(name)
        case "key": self = name.hasSuffix(":*") ? .keys(String(name.dropLast(2))) : .key(name)
        default: return nil
        }
    }

    /// Whether it names something that there can be.
    var isValid: Bool {
        switch self {
        case .queue(let name), .job(let name): Name.isValid(name)
        case .key(let key): !key.isEmpty && key.utf8.count <= LimitScope.keyBytesMax && Name.isValid(key)
        case .keys(let group): Name.isValid(group) && !group.contains(":")
        }
    }

    static let keyBytesMax = Name.lengthMax

    /// A scope as it may be told to whoever may not know which keys jobs have: that it is one, and of which group.
    package static func withoutKey(_ scope: String) -> String {
        switch LimitScope(text: scope) {
        case .key: group(of: scope) ?? "a key"
        case .queue, .job, .keys, nil: scope
        }
    }

    /// The group whose rule holds for a key that has none of its own.
    static func group(of key: String) -> String? {
        guard key.hasPrefix("key:"), let colon = key.dropFirst(4).firstIndex(of: ":") else { return nil }
        return key[...colon] + "*"
    }
}

/// A limit was set, changed or taken away.
package struct QueueLimited: Equatable, Sendable {
    /// As ``LimitScope`` writes itself.
    package var scope: String
    /// Nil if there is no limit any more.
    package var limit: Limit?
    package var reason: String

    package init(scope: String, limit: Limit?, reason: String) {
        self.scope = scope
        self.limit = limit
        self.reason = reason
    }
}
