internal import DaybookLog
internal import DaybookModel

extension ClaimedJob {
    /// The job with its payload open, for whoever runs it; as it is where its key is not there.
    func opened(by keyring: Keyring?) -> ClaimedJob {
        guard !created.value.sealed.isEmpty, let keyring else { return self }
        return ClaimedJob(claimed: claimed, created: Box(keyring.opened(created.value)))
    }

    /// Why it cannot be run here, if that is so.
    var closedReason: String? {
        created.value.sealed.isEmpty
            ? nil : "its arguments are encrypted, and their key was destroyed or is not here"
    }
}
