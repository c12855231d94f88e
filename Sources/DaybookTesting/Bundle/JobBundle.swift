internal import DaybookLog
public import DaybookModel

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A recorded job, read from what `daybook jobs show ID --bundle` wrote.
public struct JobBundle: Sendable {
    /// A part of the job that was done, and is not done again.
    public struct Step: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// What it came to, in bytes; nil if that was left out, or could not be read where the bundle was made.
        public let result: [UInt8]?
    }

    /// Its number in the store that it comes from.
    public let job: JobID
    /// What it is called.
    public let name: String
    /// Where it waited.
    public let queue: String
    /// Where it stood when the bundle was made: `failed`, `scheduled`, `succeeded` …
    public let state: String
    /// When it was created.
    public let created: Instant
    /// When its last run began, if it had one. Start the test's clock here where the job asks for the time.
    public let began: Instant?
    /// Which run its last was, from 1; 0 if it had none.
    public let attempt: Int
    /// What it was given; nil if that was left out, or could not be read where the bundle was made.
    public let arguments: [UInt8]?
    /// Why its arguments could not be read there, if that is so: `erased`, or what is wrong with their key.
    public let closed: String?
    /// The steps that are done.
    public let steps: [Step]
    /// How its last run failed, if one did.
    public let error: String?

    let creation: Created

    /// Reads a bundle's bytes.
    public init(json bytes: [UInt8]) throws {
        let tree: JSONTree
        do throws(JSONSyntaxError) { tree = try JSONTree(bytes) } catch {
            throw BundleError("This is no bundle of a job: \(error.description).")
        }
        guard tree["bundle"]?.number(Int.self) == 1 else {
            throw BundleError(
                "This is no bundle of a job, or one of a later release: make it with `daybook jobs show ID --bundle`.")
        }
        guard let job = tree["job"]?.number(UInt64.self), let name = tree["name"]?.text, Name.isValid(name),
            let queue = tree["queue"]?.text, Name.isValid(queue), let created = JobBundle.instant(tree["created"])
        else {
            throw BundleError("The bundle does not say which job it is of: job, name, queue or created is missing.")
        }
        self.job = JobID(rawValue: job)
        self.name = name
        self.queue = queue
        self.created = created
        state = tree["state"]?.text ?? ""
        began = JobBundle.instant(tree["began"])
        attempt = max(0, min(tree["attempt"]?.number() ?? 0, 65_535))
        let isRedacted = tree["redacted"]?.flag == true
        closed = tree["closed"]?.text
        arguments = JobBundle.bytes("arguments", in: tree, isRedacted)
        error = tree["error"]?.text
        steps = (tree["steps"]?.elements ?? []).compactMap { step in
            step["step"]?.text.map { Step(name: $0, result: JobBundle.bytes("result", in: step, isRedacted)) }
        }
        let attempts: UInt32 = tree["attempts"]?.number() ?? 1
        var creation = Created(
            name: name, queue: queue, attempts: max(attempts, UInt32(max(1, attempt))), salt: 0,
            arguments: arguments ?? [])
        creation.argumentsVersion = tree["argumentsVersion"]?.number() ?? 0
        creation.priority = tree["priority"]?.number() ?? 0
        creation.retry = tree["retry"]?.text
        creation.timeoutMicroseconds = tree["timeoutMicroseconds"]?.number()
        creation.tenant = tree["tenant"]?.text
        creation.tags = tree["tags"]?.elements?.compactMap(\.text) ?? []
        creation.metadata = tree["metadata"]?.elements?.compactMap(\.text) ?? []
        creation.planned = JobBundle.instant(tree["planned"])
        self.creation = creation
    }

    /// Reads a bundle from a file.
    public init(contentsOf path: String) throws {
        try self.init(json: Array(Data(contentsOf: URL(filePath: path))))
    }

    private static func instant(_ tree: JSONTree?) -> Instant? {
        tree?.text.flatMap { try? Instant(iso8601: $0) }
    }

    /// What is not there was empty, or left out.
    private static func bytes(_ name: String, in tree: JSONTree, _ isRedacted: Bool) -> [UInt8]? {
        if let member = tree.member(name) { return member.raw }
        guard let text = tree[name + "Hex"]?.text, text.utf8.count.isMultiple(of: 2) else {
            return isRedacted || tree["closed"]?.text != nil ? nil : []
        }
        let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == text.utf8.count else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}

/// Why a bundle cannot be used.
public struct BundleError: Error, CustomStringConvertible {
    /// What is wrong and what to do.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
