internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// A call that comes again under its `Idempotency-Key`: what it asks for is held against what the log has of the first
/// one. Options that it leaves out are not looked at, since a type may have filled them in; nor are spans of time from
/// now on, which each call counts from its own, and what becomes of a job whose key is taken, which the log does not
/// keep.
struct AskedAgain {
    /// By the field of the body that asks for it.
    private static let options: [(field: String, isSame: @Sendable (_ first: Created, _ now: Created) -> Bool)] = [
        ("queue", { $0.queue == $1.queue }), ("priority", { $0.priority == $1.priority }),
        ("key", { $0.key == $1.key }), ("uniqueFor", { $0.uniqueness == $1.uniqueness }),
        ("attempts", { $0.attempts == $1.attempts }),
        ("timeout", { $0.timeoutMicroseconds == $1.timeoutMicroseconds }),
        ("tags", { Set($0.tags).isSuperset(of: $1.tags) }), ("tenant", { $0.tenant == $1.tenant }),
        ("limitKeys", { Set($0.limitKeys).isSuperset(of: $1.limitKeys) }),
        ("secret", { Set($0.secret).isSuperset(of: $1.secret) }), ("batch", { $0.batch == $1.batch }),
        (
            "after",
            { first, now in
                now.after.allSatisfy { asked in
                    first.after.contains { $0.parent == asked.parent && $0.condition == asked.condition }
                }
            }
        ),
        ("version", { max($0.argumentsVersion, 1) == max($1.argumentsVersion, 1) }),
    ]

    /// What differs from what the job was made with, by the field's name; nil if nothing does, and if the job was not
    /// made under this request id.
    static func difference(
        of request: JobRequest, _ body: JSONBody, from job: SequenceNumber, in log: any LogSnapshot
    ) throws -> String? {
        let now = request.said
        guard let first = try log.creation(of: job)?.value, first.requestID == now.requestID else { return nil }
        if first.name != now.name { return "name" }
        // What is erased, or under a key that is not here, cannot be compared.
        if try log.closedArguments(of: job) == nil, !isSame(first.arguments, now.arguments) { return "args" }
        if body.raw("at") != nil, first.due != now.due {
            // An instant that had passed by then is none.
            let created = try Books.storedJob(job, in: log)?.created
            guard first.due == nil, let due = now.due, due <= created ?? due else { return "at" }
        }
        return options.first { body.raw($0.field) != nil && !$0.isSame(first, now) }?.field
    }

    /// As JSON: spaces and the order of members say nothing.
    private static func isSame(_ first: [UInt8], _ now: [UInt8]) -> Bool {
        if first == now { return true }
        guard let first = try? JSONTree(first), let now = try? JSONTree(now) else { return false }
        return first.meansTheSame(as: now)
    }
}

extension JSONTree {
    fileprivate func meansTheSame(as other: JSONTree) -> Bool {
        switch (self, other) {
        case (.object(let mine), .object(let others)):
            guard mine.count == others.count else { return false }
            return zip(mine.sorted { $0.name < $1.name }, others.sorted { $0.name < $1.name }).allSatisfy {
                $0.name == $1.name && $0.value.meansTheSame(as: $1.value)
            }
        case (.array(let mine), .array(let others)):
            return mine.count == others.count && zip(mine, others).allSatisfy { $0.meansTheSame(as: $1) }
        default: return self == other
        }
    }
}
