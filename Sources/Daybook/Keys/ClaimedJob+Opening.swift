internal import DaybookLog
internal import DaybookModel

extension ClaimedJob {
    /// The job with its payload open, for whoever runs it; as it is, with the reason, where that cannot be.
    func opened(by keyring: Keyring?) -> ClaimedJob {
        guard !created.value.sealed.isEmpty, let keyring else { return self }
        var job = self
        let (opened, closed) = keyring.opened(created.value)
        job.created = Box(opened)
        job.closed = closed
        return job
    }

    /// Why it cannot be run here, if that is so.
    var closedReason: String? {
        guard !created.value.sealed.isEmpty else { return nil }
        return "its arguments are " + (closed?.description ?? "encrypted")
    }
}
