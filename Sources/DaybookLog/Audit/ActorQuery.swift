internal import DaybookModel

/// Which actor an audit asks for: a person's name, or an actor as exports write it. It can be told from the head of an
/// event, so that those of others are passed by at little cost.
struct ActorQuery: Sendable {
    private enum Form: Sendable {
        case person(String)
        /// Its workers too, and whoever acted through it.
        case process(SequenceNumber)
        case worker(SequenceNumber, UInt32)
        case recurring(SequenceNumber)
        case system
    }

    private let name: String
    private let form: Form?

    init(_ name: String) {
        self.name = name
        form = ActorQuery.form(of: name)
    }

    private static func form(of name: String) -> Form? {
        if name == Actor.system.description { return .system }
        let parts = name.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "person": return .person(String(parts[1]))
        case "process": return SequenceNumber(parts[1]).map { .process($0) }
        case "recurring": return SequenceNumber(parts[1]).map { .recurring($0) }
        case "worker":
            let numbers = parts[1].split(separator: ".")
            guard numbers.count == 2, let process = SequenceNumber(numbers[0]), let worker = UInt32(numbers[1]) else {
                return nil
            }
            return .worker(process, worker)
        default: return nil
        }
    }

    func matches(_ head: EventHead, _ value: UnsafeRawBufferPointer) -> Bool {
        guard form != nil || !head.person.isEmpty else { return false }
        return matches(head.actor(in: value))
    }

    func matches(_ actor: Actor) -> Bool {
        if let person = actor.person, person == name { return true }
        switch form {
        case .person(let wanted): return actor.person == wanted
        case .process(let process): return process != 0 && actor.process == process
        case .worker(let process, let worker): return actor.process == process && actor.worker == worker
        case .recurring(let recurring): return recurring != 0 && actor.recurring == recurring
        case .system: return actor == .system
        case nil: return false
        }
    }
}
