import DaybookModel

extension JobRequest {
    private static let fields = [
        "name", "args", "queue", "priority", "delay", "at", "key", "after", "batch", "attempts", "timeout", "expires",
        "onConflict", "requestID", "uniqueFor", "unique", "tags", "tenant", "limitKeys", "secret",
    ]

    /// Reads a line of `enqueue --stdin`: the options' names without dashes, and the same values.
    init(line bytes: [UInt8]) throws(Failure) {
        let line = try JSONLine(bytes, names: JobRequest.fields)
        guard let name = try line.value("name", .name("NAME")) else {
            throw .wrongCall("The field name is missing: say which job.")
        }
        self.init(name: name)
        if let raw = line.raw("args") { arguments = try JobRequest.arguments(Array(raw)) }
        if let given = try line.value("queue", JobRequest.queueOption.kind) { queue = given }
        if let given = try line.value("priority", JobRequest.priorityOption.kind) { priority = given }
        delay = try line.value("delay", JobRequest.delayOption.kind)
        due = try line.value("at", JobRequest.timeOption.kind)
        key = try line.value("key", JobRequest.keyOption.kind)
        batch = try line.value("batch", JobRequest.batchOption.kind) ?? 0
        after = try line.values("after", JobRequest.afterOption.kind)
        if let given = try line.value("attempts", JobRequest.attemptsOption.kind) { attempts = given }
        timeout = try line.value("timeout", JobRequest.timeoutOption.kind)
        expires = try line.value("expires", JobRequest.expiresOption.kind)
        if let given = try line.value("onConflict", JobRequest.conflictOption.kind) { onConflict = given }
        uniqueFor = try line.value("uniqueFor", JobRequest.uniqueForOption.kind)
        whileWaiting = try line.value("unique", JobRequest.uniqueOption.kind) == .waiting
        requestID = try line.value("requestID", JobRequest.requestOption.kind)
        tags = try line.values("tags", JobRequest.tagOption.kind)
        tenant = try line.value("tenant", JobRequest.tenantOption.kind)
        limitKeys = try line.values("limitKeys", JobRequest.limitKeyOption.kind)
        secret = try line.values("secret", JobRequest.secretOption.kind)
    }
}
