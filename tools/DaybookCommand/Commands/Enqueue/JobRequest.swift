import DaybookModel

/// A job that somebody wants, whether options or a line of JSON say so.
struct JobRequest {
    var name: String
    /// JSON; what a job without arguments gets is `null`.
    var arguments = Array("null".utf8)
    var queue = "default"
    var priority: Int16 = 0
    var delay: WallDuration?
    var due: Instant?
    var key: String?
    var uniqueFor: WallDuration?
    var whileWaiting = false
    var after: [Dependency] = []
    var batch: SequenceNumber = 0
    var attempts: UInt32 = 11
    var timeout: WallDuration?
    var expires: WallDuration?
    var onConflict = ConflictPolicy.existing
    var requestID: String?
    var tags: [String] = []
    var tenant: String?
    var limitKeys: [String] = []
    var secret: [String] = []

    static let argumentsBytesMax = 4 << 20
    static let tagsMax = 64

    /// Arguments have to be JSON, and on one line, so that every export can show them as they are.
    static func arguments(_ bytes: [UInt8]) throws(Failure) -> [UInt8] {
        guard bytes.count <= argumentsBytesMax else {
            throw .wrongCall(
                "The arguments have \(bytes.count) bytes and \(argumentsBytesMax) are the most; keep large data "
                    + "elsewhere and say where it is."
            )
        }
        do throws(JSONSyntaxError) {
            var scanner = JSONScanner()
            _ = try scanner.scan(bytes)
        } catch {
            throw .wrongCall("The arguments are not JSON: \(error.description).")
        }
        // In JSON a line can only break between the parts, where a blank says the same; around it a blank says
        // nothing.
        let blanks: Set<UInt8> = [0x09, 0x0A, 0x0D, 0x20]
        let end = bytes.lastIndex { !blanks.contains($0) }.map { $0 + 1 } ?? 0
        return bytes[..<end].drop { blanks.contains($0) }.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
    }

    func command(in store: CommandStore) throws(Failure) -> Command {
        if delay != nil, due != nil { throw .wrongCall("A delay and a time exclude each other; give one of them.") }
        guard tags.count <= JobRequest.tagsMax else {
            throw .wrongCall("There are \(tags.count) tags and \(JobRequest.tagsMax) are the most.")
        }
        guard onConflict == .existing || key != nil || requestID != nil else {
            throw .wrongCall(
                "What is to happen on a conflict belongs to a key, and this job has none: give one, or leave it out.")
        }
        let now = store.now
        var created = Created(
            name: name, queue: queue, attempts: attempts, salt: try store.randomNumber(), arguments: arguments)
        created.priority = priority
        created.due = due ?? delay.map { now.advanced(microseconds: $0.microseconds) }
        created.expires = expires.map { now.advanced(microseconds: $0.microseconds) }
        created.key = key
        if let uniqueFor { created.uniqueness = .window(microseconds: uniqueFor.microseconds) }
        if whileWaiting {
            guard uniqueFor == nil else {
                throw .wrongCall("A key holds for a time or while the job waits; say one of them.")
            }
            created.uniqueness = .waiting
        }
        created.after = after
        created.batch = batch
        created.requestID = requestID
        created.timeoutMicroseconds = timeout.map { UInt64($0.microseconds) }
        created.tags = tags
        created.tenant = tenant
        created.limitKeys = limitKeys
        created.secret = secret
        created.client = store.client
        created.actor = store.person
        return .enqueue(Box(created), onConflict: onConflict)
    }
}
