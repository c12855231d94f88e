internal import DaybookModel

/// Keeps a new key from taking the place of one that a tenant's payloads are under, without anybody knowing: whoever
/// lost a key is to hear of it while its file can still be found.
struct KeyLoss {
    let tenant: String?
    /// Where the files of keys lie.
    let folder: String
    /// Whether there is a key that could be used, if it were not for what the log says.
    let hasKey: Bool
    let problems: [KeyID: KeyFile.Problem]

    /// Throws if the key that the tenant's newest payload is under is not to be had, or if that may be so.
    func require(_ find: (KeyID) -> FoundKey, _ trace: (Bool) throws -> KeyTrace) throws {
        let doubtful = hasKey ? [] : problems.filter { !$0.value.isCertain }.keys.sorted()
        let trace = try trace(!doubtful.isEmpty)
        if let newest = trace.newest { return try require(newest, find) }
        guard !trace.isWhole, let file = doubtful.first(where: { trace.mayBe($0, of: tenant) }) else { return }
        throw KeyLoss.refusal("\(problems[file]!.sentence) It may be the key of \(whose).", tenant)
    }

    private func require(_ key: KeyID, _ find: (KeyID) -> FoundKey) throws {
        let path = "\(folder)/\(KeyFile.name(key))"
        switch find(key) {
        case .unusable(let why): throw KeyLoss.refusal(why, tenant)
        case .found(let found) where found.tenant != tenant:
            throw KeyLoss.refusal(
                "\(path) is not the key of \(whose) that it was. Put it back from wherever keys are kept safe.", tenant)
        // Older keys may go on without it.
        case .missing where !hasKey:
            throw KeyLoss.refusal(
                "The newest payloads of \(whose) are under a key that is not here: \(path) is gone or was overwritten. "
                    + "Put it back from wherever keys are kept safe.", tenant)
        case .found, .missing, .elsewhere: return
        }
    }

    private var whose: String { tenant ?? "what belongs to no tenant" }

    /// `sentence` says what is wrong, with the file's path, and how to mend it.
    static func refusal(_ sentence: String, _ tenant: String?) -> LogError {
        let option = tenant.map { " --tenant \($0)" } ?? ""
        return LogError(
            .damaged,
            "\(sentence) Until then nothing is encrypted in its place; `daybook keys rotate\(option)` takes a new key.")
    }
}
