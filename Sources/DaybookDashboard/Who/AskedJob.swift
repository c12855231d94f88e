internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// What somebody may have a job be, who asks for it from outside: nothing of Daybook's own; and of a tenant's people,
/// nothing that reaches the jobs of others.
struct AskedJob {
    private let call: RouteCall

    init(_ call: RouteCall) {
        self.call = call
    }

    private var tenant: String? { call.principal?.tenant }

    /// Whose job it is. Whoever has a tenant and says another one is told so, and not given a job of his own.
    func tenant(_ asked: String?) throws(RouteFailure) -> String? {
        guard let tenant else { return asked }
        guard asked == nil || asked == tenant else { throw .forbidden(Texts.Refused.otherTenant) }
        return tenant
    }

    // MARK: Daybook's own

    static func refuseOwn(queue: String?) throws(RouteFailure) {
        guard let queue, QueueRecord.isReserved(queue) else { return }
        throw .badCall(Texts.Refused.ownQueue(queue))
    }

    /// Whoever makes such a job has Daybook say what it never found.
    static func refuseOwn(name: String) throws(RouteFailure) {
        guard !QueueRecord.isReserved(name) else { throw .badCall(Texts.Refused.ownName(name)) }
    }

    // MARK: Keys

    /// A unique key, or an id of a request. A tenant has keys of his own: with those of others he would be told of
    /// their jobs, and would change them.
    func key(_ key: String) throws(RouteFailure) -> String {
        guard !QueueRecord.isReserved(key) else { throw .badCall(Texts.Refused.ownKey(key)) }
        guard let tenant else { return key }
        return TenantKeys.unique(key, of: tenant)
    }

    /// A key for limits: what others are to share is for those who look after all of them.
    func limitKey(_ key: String) throws(RouteFailure) -> String {
        guard let tenant, key != TenantKeys.limit(of: tenant) else { return key }
        let prefix = TenantKeys.limitPrefix(of: tenant)
        guard key.hasPrefix(prefix) else { throw .forbidden(Texts.Refused.otherLimitKey(tenant, prefix)) }
        return key
    }

    // MARK: Others that it belongs to

    func batch(_ batch: SequenceNumber) throws(RouteFailure) -> SequenceNumber {
        guard tenant == nil else { throw .forbidden(Texts.Refused.noBatchesOfTenants) }
        return batch
    }

    /// A job to wait for. One of somebody else is answered as one that is not there.
    func parent(_ job: SequenceNumber) throws -> JobID {
        guard try tenant == nil || OneJob.isVisible(job, call) else {
            throw RouteFailure(Refusal.noSuchParent(job))
        }
        return JobID(rawValue: job)
    }
}
