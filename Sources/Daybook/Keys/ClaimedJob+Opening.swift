internal import DaybookLog
internal import DaybookModel

extension ClaimedJob {
    /// The job with its payload open, for whoever runs it; as it is, with the reason, where that cannot be. It may have
    /// been erased since it was claimed, which the log says.
    func opened(in storage: any LogStorage) -> ClaimedJob {
        guard !created.value.sealed.isEmpty, let keyring = storage.keyring else { return self }
        var job = self
        let (opened, closed) =
            (try? storage.read { try $0.opened(created.value, at: claimed.job) }) ?? keyring.opened(created.value)
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
