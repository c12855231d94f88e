public import DaybookModel

/// Jobs that run after others.
///
///     let scan = try await engine.enqueue(Scan(folder: "in"))
///     try await engine.enqueue(Report(), .after(scan))
///     try await engine.enqueue(Alarm(), .after(scan, .failure))
///
/// A job can wait for up to 100 others and runs once all the conditions are met. As soon as one of them can no longer
/// be met, the job is cancelled with that reason; it waits again if the job that failed it is taken up again.
extension JobOption {
    /// Runs no earlier than another job has ended: well, unless another condition is given.
    public static func after<Output>(_ job: JobHandle<Output>, _ condition: AfterCondition = .success) -> JobOption {
        after(job.id, condition)
    }

    /// Runs no earlier than the job of this number has ended: well, unless another condition is given.
    public static func after(_ job: JobID, _ condition: AfterCondition = .success) -> JobOption {
        after(.job(job.rawValue), condition)
    }

    /// Runs no earlier than another job of the same graph has ended: well, unless another condition is given.
    public static func after<Output>(
        _ node: JobGraph.Node<Output>, _ condition: AfterCondition = .success
    ) -> JobOption {
        after(.sibling(node.index), condition, in: node.graph)
    }

    private static func after(
        _ parent: Dependency.Parent, _ condition: AfterCondition, in graph: UInt64? = nil
    ) -> JobOption {
        JobOption(graph: graph) { job, _ in job.after.append(Dependency(parent, condition)) }
    }
}
