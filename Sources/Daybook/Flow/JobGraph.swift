internal import DaybookModel

/// Several jobs that wait for each other, put into the log together: all or none.
///
///     var graph = JobGraph()
///     let fetch = try graph.add(Fetch(url: address))
///     let resize = try graph.add(Resize(), .after(fetch))
///     try graph.add(Publish(), .after(fetch), .after(resize))
///     try graph.add(Apologize(), .after(resize, .failure))
///
///     let jobs = try await engine.enqueue(graph)
///     let size = try await jobs[resize].result()
///
/// A job can only wait for those that were added before it, or that are in the log already; so there are no cycles.
public struct JobGraph: Sendable {
    /// A job's place in the graph that it was added to. It means nothing in another one.
    public struct Node<Output: Sendable>: Sendable {
        let index: Int
        let coding: JobOutputCoding<Output>
    }

    private(set) var requests: [JobRequest] = []

    /// A graph without jobs.
    public init() {}

    /// How many jobs there are.
    public var count: Int { requests.count }

    /// Adds a job whose arguments are its properties.
    @discardableResult
    public mutating func add<J: JobArguments>(_ job: J, _ options: JobOption...) throws -> Node<J.Output> {
        requests.append(try JobRequest(of: job, options))
        return Node(index: requests.count - 1, coding: J.outputCoding)
    }

    /// Adds a job by name, with raw arguments.
    @discardableResult
    public mutating func add(_ name: String, arguments: [UInt8], _ options: [JobOption] = []) -> Node<[UInt8]> {
        requests.append(JobRequest(name, arguments: arguments, options))
        return Node(index: requests.count - 1, coding: .bytes)
    }
}

/// The jobs of a graph that is in the log.
public struct EnqueuedGraph: Sendable {
    /// In the order in which they were added.
    public let handles: [JobHandle<[UInt8]>]

    /// The handle of one of the jobs.
    public subscript<Output>(node: JobGraph.Node<Output>) -> JobHandle<Output> {
        let handle = handles[node.index]
        return JobHandle(
            id: handle.id, event: handle.event, wasThere: handle.wasThere, engine: handle.engine, coding: node.coding)
    }
}

extension JobEngine {
    /// Puts the jobs of a graph into the log, all or none. Returns once that is durable.
    ///
    /// A graph of more than 10,000 jobs, or 4 MB of arguments, takes several commits, and none of it runs before
    /// all of it is there.
    @discardableResult
    public func enqueue(_ graph: JobGraph) async throws -> EnqueuedGraph {
        EnqueuedGraph(handles: try await enqueue(graph.requests))
    }
}
