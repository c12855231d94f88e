/// What a job may be created with. Checked before anything is written; what is not there costs a test each.
extension Books {
    /// What is wrong with the options, if anything.
    package static func refusal(of box: Box<Created>) -> Refusal? {
        // Read through the box one by one: what is in it is large, and copying it costs more than all of this.
        if let refusal = badName(box) { return refusal }
        guard box.value.arguments.count <= Created.argumentBytesMax else {
            return .argumentsTooLarge(box.value.arguments.count, bytesMax: Created.argumentBytesMax)
        }
        guard (1...UInt32(UInt16.max)).contains(box.value.attempts) else {
            return Refusal(.badOption, "Attempts count the first run too: give 1 to 65535.")
        }
        guard box.value.argumentsVersion <= UInt64(Runnable.versionMax) else {
            return Refusal(.badOption, "The version of the arguments is too high: give 1 to \(Runnable.versionMax).")
        }
        return badTime(box) ?? badUniqueness(box) ?? badRetryRules(box) ?? badText(box)
    }

    private static func badName(_ box: Box<Created>) -> Refusal? {
        guard Name.isValid(box.value.name) else { return .badName("job's name", box.value.name) }
        guard Name.isValid(box.value.queue) else { return .badName("queue", box.value.queue) }
        guard !QueueRecord.isReserved(box.value.queue) || QueueRecord.isReserved(box.value.name) else {
            return Refusal(
                .badName,
                "Queues called \(QueueRecord.reservedPrefix)… are Daybook's own, and no worker takes other jobs from "
                    + "them; give the queue another name.")
        }
        if let key = box.value.key, !Name.isValid(key) { return .badName("key", key) }
        if let request = box.value.requestID, !Name.isValid(request) { return .badName("request id", request) }
        if let tenant = box.value.tenant, !Name.isValid(tenant) { return .badName("tenant", tenant) }
        if let refusal = badLimitKeys(box) ?? badSecrets(box) { return refusal }
        guard !box.value.tags.isEmpty else { return nil }
        for tag in box.value.tags where !Name.isValid(tag) { return .badName("tag", tag) }
        guard box.value.tags.count <= Created.tagsMax else {
            return Refusal(
                .badOption, "The job has \(box.value.tags.count) tags; \(Created.tagsMax) are allowed.")
        }
        return nil
    }

    private static func badLimitKeys(_ box: Box<Created>) -> Refusal? {
        guard !box.value.limitKeys.isEmpty else { return nil }
        guard box.value.limitKeys.count <= Created.limitKeysMax else {
            return Refusal(
                .badOption,
                "A job can have \(Created.limitKeysMax) keys for limits, not \(box.value.limitKeys.count).")
        }
        for key in box.value.limitKeys where !Name.isValid(key) { return .badName("key for limits", key) }
        return nil
    }

    private static func badSecrets(_ box: Box<Created>) -> Refusal? {
        guard !box.value.secret.isEmpty else { return nil }
        guard box.value.secret.count <= Secrets.fieldsMax,
            box.value.secret.allSatisfy({ (1...Secrets.fieldBytesMax).contains($0.utf8.count) })
        else {
            return Refusal(
                .badOption,
                "A job can have \(Secrets.fieldsMax) secret fields, each with a name of 1 to "
                    + "\(Secrets.fieldBytesMax) bytes.")
        }
        return nil
    }

    private static func badUniqueness(_ box: Box<Created>) -> Refusal? {
        guard box.value.uniqueness != .unfinished else { return nil }
        guard box.value.key != nil else {
            return Refusal(.badOption, "How long a job is unique needs a key that it is unique by; give one.")
        }
        if case .window(let microseconds) = box.value.uniqueness, microseconds <= 0 {
            return Refusal(.badOption, "A key cannot hold for no time at all; give a longer one, such as 10 minutes.")
        }
        return nil
    }

    private static func badTime(_ box: Box<Created>) -> Refusal? {
        if let due = box.value.due, due > .maximum {
            return .afterTheCalendar
        }
        if let expires = box.value.expires, expires > .maximum {
            return Refusal(.badOption, "The job would expire after the year 9999: leave the expiry out instead.")
        }
        guard box.value.timeoutMicroseconds != 0 else {
            return Refusal(.badOption, "A timeout of 0 would end each run before it begins: give more, or none.")
        }
        return nil
    }

    private static func badRetryRules(_ box: Box<Created>) -> Refusal? {
        guard box.value.retry != nil || !box.value.retryOnly.isEmpty || !box.value.retryNever.isEmpty else {
            return nil
        }
        for type in box.value.retryOnly + box.value.retryNever {
            guard !type.isEmpty, type.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                return Refusal(
                    .badOption, "\(quoted(type)) is no error's type: write it as it stands with failed runs.")
            }
        }
        let bytes = RetryRules.text(of: box)?.utf8.count ?? 0
        guard bytes <= RetryRules.textBytesMax else {
            return Refusal(
                .badOption,
                "The rules for retries take \(bytes) bytes; \(RetryRules.textBytesMax) are allowed. Name fewer delays "
                    + "or error types.")
        }
        return nil
    }

    private static func badText(_ box: Box<Created>) -> Refusal? {
        if let display = box.value.display, display.utf8.count > DisplayName.patternBytesMax {
            return Refusal(
                .badOption,
                "The display name has \(display.utf8.count) bytes; \(DisplayName.patternBytesMax) are allowed.")
        }
        return box.value.metadata.isEmpty ? nil : badMetadata(box.value.metadata)
    }

    private static func badMetadata(_ metadata: [String]) -> Refusal? {
        guard metadata.count <= Created.metadataMax else {
            return Refusal(
                .badOption, "The job has \(metadata.count) pieces of metadata; \(Created.metadataMax) are allowed.")
        }
        var bytes = 0
        for entry in metadata {
            bytes += entry.utf8.count
            guard let end = entry.firstIndex(of: "="), Name.isValid(String(entry[..<end])) else {
                return .badName("metadata's key", entry)
            }
        }
        guard bytes <= Created.metadataBytesMax else {
            return Refusal(
                .badOption,
                "The metadata has \(bytes) bytes; \(Created.metadataBytesMax) are allowed. It is for small things such "
                    + "as a trace; put the rest into the arguments.")
        }
        return nil
    }
}

extension Created {
    /// What no engine can be set to allow more than: a commit of the largest jobs still has to end soon.
    package static let argumentBytesMax = 4 << 20
    package static let tagsMax = 64
    package static let metadataMax = 32
    /// Keys and values together.
    package static let metadataBytesMax = 8 << 10
}
