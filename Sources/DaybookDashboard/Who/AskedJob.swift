internal import Daybook
internal import DaybookCrypto
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
        guard asked == nil || asked == tenant else { throw .forbidden("That is another tenant, and not yours.") }
        return tenant
    }

    // MARK: Daybook's own

    static func refuseOwn(queue: String?) throws(RouteFailure) {
        guard let queue, QueueRecord.isReserved(queue) else { return }
        let why =
            switch queue {
            case LogCheck.queue: "for checks; POST /api/v1/log/verify makes one."
            case Operation.queue: "for operations; POST /api/v1/operations makes one."
            default: "Daybook's own."
            }
        throw .badCall("The queue \(queue) is \(why)")
    }

    /// Whoever makes such a job has Daybook say what it never found.
    static func refuseOwn(name: String) throws(RouteFailure) {
        guard !QueueRecord.isReserved(name) else { throw .badCall("Jobs called \(name) are Daybook's own.") }
    }

    // MARK: Keys

    /// A unique key, or an id of a request. A tenant has keys of his own: with those of others he would be told of
    /// their jobs, and would change them.
    func key(_ key: String) throws(RouteFailure) -> String {
        guard !QueueRecord.isReserved(key) else { throw .badCall("The key \(key) is Daybook's own.") }
        guard let tenant else { return key }
        // Nobody is called so that his keys are those of somebody else.
        guard tenant.contains(":") else { return "tenant:\(tenant):\(key)" }
        return "tenant-\(Hex.text(Digest.sha256(of: Array(tenant.utf8))).prefix(32)):\(key)"
    }

    /// A key for limits: what others are to share is for those who look after all of them.
    func limitKey(_ key: String) throws(RouteFailure) -> String {
        guard let tenant, key != "tenant:\(tenant)", !key.hasPrefix("tenant:\(tenant):") else { return key }
        throw .forbidden("A tenant's keys for limits are tenant:\(tenant), or begin with tenant:\(tenant): …")
    }

    // MARK: Others that it belongs to

    func batch(_ batch: SequenceNumber) throws(RouteFailure) -> SequenceNumber {
        guard tenant == nil else { throw .forbidden("Batches may hold jobs of other tenants, so they are not yours.") }
        return batch
    }

    /// A job to wait for. One of somebody else is answered as one that is not there.
    func parent(_ job: SequenceNumber) throws -> JobID {
        guard try tenant == nil || OneJob.isVisible(job, call) else {
            throw RouteFailure(409, Refusal.noSuchParent(job).description)
        }
        return JobID(rawValue: job)
    }
}
