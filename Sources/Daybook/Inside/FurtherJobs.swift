internal import DaybookModel

/// The jobs that a run leaves behind if it succeeds.
struct FurtherJobs {
    private(set) var jobs: [Box<Created>] = []
    private var bytes = 0
    private var keys: Set<String> = []
    private var requests: Set<String> = []

    /// Throws why it cannot be among them, if so; the others stay.
    mutating func add(_ box: Box<Created>) throws {
        let job = box.value
        if let refusal = Books.refusal(of: box) { throw refusal }
        guard jobs.count < Books.jobsTogetherMax, bytes + job.arguments.count <= Books.bytesTogetherMax else {
            throw RunRefusal(
                .tooLarge,
                "A run can enqueue \(Books.jobsTogetherMax) jobs with \(Books.bytesTogetherMax) bytes of arguments; "
                    + "enqueue one that enqueues the rest.")
        }
        if let key = job.key, keys.contains(key) {
            throw Refusal(.alreadyThere, "This run has enqueued a job with the key \(key) before.")
        }
        if let request = job.requestID, requests.contains(request) {
            throw Refusal(.alreadyThere, "This run has enqueued a job with the request id \(request) before.")
        }
        if let key = job.key { keys.insert(key) }
        if let request = job.requestID { requests.insert(request) }
        jobs.append(box)
        bytes += job.arguments.count
    }
}
