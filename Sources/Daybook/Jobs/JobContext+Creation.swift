internal import DaybookModel

/// What a run knows from the job's creation.
extension JobContext {
    /// The run that is going on in this task, for code far below `run`. Jobs that are enqueued meanwhile inherit its
    /// metadata.
    @TaskLocal public static var current: JobContext?

    /// Which form the arguments have, from 1.
    public var argumentsVersion: Int { max(1, Int(clamping: created.value.argumentsVersion)) }

    /// Small texts that travel with the job, and from it to the jobs that it enqueues.
    public var metadata: [String: String] { JobMetadata.dictionary(created.value.metadata) }

    /// How the job is called where people see it: as ``JobOption/displayName(_:)`` says, or its name.
    public var displayName: String {
        created.value.display.map { DisplayName.text($0, arguments: created.value.arguments) } ?? name
    }

    /// How many runs the job may have in all.
    public var attempts: Int { Int(created.value.attempts) }
}

/// Metadata as it stands in the log: a list of `key=value`, in order, no key twice.
enum JobMetadata {
    static func dictionary(_ entries: [String]) -> [String: String] {
        var found: [String: String] = [:]
        for entry in entries {
            guard let end = entry.firstIndex(of: "=") else { continue }
            found[String(entry[..<end])] = String(entry[entry.index(after: end)...])
        }
        return found
    }

    static func set(_ key: String, _ value: String, in entries: inout [String]) {
        entries.removeAll { $0.hasPrefix(key + "=") }
        entries.append("\(key)=\(value)")
    }
}
