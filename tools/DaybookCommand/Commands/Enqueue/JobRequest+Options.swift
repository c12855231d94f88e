import DaybookModel

extension JobRequest {
    static let jobName = Positional("NAME", .name("NAME"), .optional)
    static let argumentsOption = Option(
        "--args", .text("JSON|@FILE|-"), "the arguments: JSON, a file of it, or - for standard input")
    static let queueOption = Option("--queue", .name("Q"), "the queue (default)")
    static let priorityOption = Option(
        "--priority", ValueKind<Int16>.number(in: .min ... .max),
        "a higher one runs first; -10, -5, 0, 5, 10 are usual (0)")
    static let delayOption = Option("--delay", .duration, "not before this has passed, such as 30s or 2h")
    static let timeOption = Option("--at", .time, "not before this time, such as 2026-03-01T12:00:00Z")
    static let keyOption = Option("--key", .name("K"), "while a job with this key is unfinished there is no second one")
    static let uniqueForOption = Option(
        "--unique-for", .duration, "the key holds for this long from now, whatever becomes of the job")
    static let uniqueOption = Option(
        "--unique", ValueKind<UniqueWhile>.word("WHILE", of: [.unfinished, .waiting]),
        "the key holds while the job is unfinished, or while it waits to be started (unfinished)")
    static let afterOption = Option(
        "--after", .dependency, "run after that job's success, or as said: ID:failure, ID:any", repeats: true)
    static let batchOption = Option("--batch", .sequence, "the batch that it belongs to, by number")
    static let attemptsOption = Option(
        "--attempts", ValueKind<UInt32>.number(in: 1...65_535), "how often it may run, the first time included (11)")
    static let timeoutOption = Option("--timeout", .duration, "how long a run may take")
    static let expiresOption = Option("--expires", .duration, "cancel it if it has not started within this")
    static let conflictOption = Option(
        "--on-conflict", ValueKind<ConflictPolicy>.word("WHAT", of: [.existing, .replace, .reschedule, .refuse]),
        "if the key is taken: the job there answers; it takes these arguments, or this time, unless it has started; or "
            + "the call is refused (existing)")
    static let requestOption = Option(
        "--request-id", .name("R"), "a name for this request: asked again, it finds the job that it made")
    static let tagOption = Option("--tag", .name("T"), "a tag to find it by", repeats: true)
    static let tenantOption = Option("--tenant", .name("T"), "on whose behalf it is")

    static let limitKeyOption = Option(
        "--limit-key", .name("K"), "a key that limits may be about, such as customer:7", repeats: true)

    static let secretOption = Option(
        "--secret", .text("FIELD"), "a field of the arguments and the result that nobody is shown", repeats: true)

    static let options: [OptionDescription] = [
        argumentsOption.description, queueOption.description, priorityOption.description, delayOption.description,
        timeOption.description, keyOption.description, uniqueForOption.description, uniqueOption.description,
        afterOption.description, batchOption.description, attemptsOption.description, timeoutOption.description,
        expiresOption.description, conflictOption.description, requestOption.description, tagOption.description,
        tenantOption.description, limitKeyOption.description, secretOption.description,
    ]

    init(_ name: String, _ call: Invocation) throws(Failure) {
        self.init(name: name)
        if let text = try call.value(Self.argumentsOption) { arguments = try Self.readArguments(text) }
        if let given = try call.value(Self.queueOption) { queue = given }
        if let given = try call.value(Self.priorityOption) { priority = given }
        delay = try call.value(Self.delayOption)
        due = try call.value(Self.timeOption)
        key = try call.value(Self.keyOption)
        uniqueFor = try call.value(Self.uniqueForOption)
        whileWaiting = try call.value(Self.uniqueOption) == .waiting
        after = try call.values(Self.afterOption)
        batch = try call.value(Self.batchOption) ?? 0
        if let given = try call.value(Self.attemptsOption) { attempts = given }
        timeout = try call.value(Self.timeoutOption)
        expires = try call.value(Self.expiresOption)
        if let given = try call.value(Self.conflictOption) { onConflict = given }
        requestID = try call.value(Self.requestOption)
        tags = try call.values(Self.tagOption)
        tenant = try call.value(Self.tenantOption)
        limitKeys = try call.values(Self.limitKeyOption)
        secret = try call.values(Self.secretOption)
    }

    static func readArguments(_ text: String) throws(Failure) -> [UInt8] {
        if text == "-" { return try arguments(Files.contents("-", bytesMax: argumentsBytesMax)) }
        if text == "@" { throw .wrongCall("--args @ names no file; write --args @FILE.") }
        if text.hasPrefix("@") {
            return try arguments(Files.contents(String(text.dropFirst()), bytesMax: argumentsBytesMax))
        }
        return try arguments(Array(text.utf8))
    }
}
