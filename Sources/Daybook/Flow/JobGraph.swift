internal import DaybookModel
internal import Synchronization

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
    /// A job's place in the graph that it was added to. It means nothing in another one, and is refused there.
    public struct Node<Output: Sendable>: Sendable {
        let graph: UInt64
        let index: Int
        let coding: JobOutputCoding<Output>
    }

    private(set) var requests: [JobRequest] = []
    let identity: UInt64

    private static let made = Atomic<UInt64>(0)

    /// A graph without jobs.
    public init() {
        identity = JobGraph.made.add(1, ordering: .relaxed).newValue
    }

    /// How many jobs there are.
    public var count: Int { requests.count }

    /// Adds a job whose arguments are its properties.
    @discardableResult
    public mutating func add<J: JobArguments>(_ job: J, _ options: JobOption...) throws -> Node<J.Output> {
        requests.append(try JobRequest(of: job, options))
        return Node(graph: identity, index: requests.count - 1, coding: J.outputCoding)
    }

    /// Adds a job by name, with raw arguments.
    @discardableResult
    public mutating func add(_ name: String, arguments: [UInt8], _ options: [JobOption] = []) -> Node<[UInt8]> {
        requests.append(JobRequest(name, arguments: arguments, options))
        return Node(graph: identity, index: requests.count - 1, coding: .bytes)
    }
}

/// The jobs of a graph that is in the log.
public struct EnqueuedGraph: Sendable {
    /// In the order in which they were added.
    public let handles: [JobHandle<[UInt8]>]
    let graph: UInt64

    /// The handle of one of the jobs. A node of another graph is a mistake in the program, like an index out of range.
    public subscript<Output>(node: JobGraph.Node<Output>) -> JobHandle<Output> {
        precondition(node.graph == graph, "A node of another graph.")
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
        for (index, request) in graph.requests.enumerated()
        where request.options.contains(where: { $0.graph.map { $0 != graph.identity } ?? false }) {
            throw Refusal.nodeOfAnotherGraph(index)
        }
        return EnqueuedGraph(handles: try await enqueue(graph.requests), graph: graph.identity)
    }
}

extension Refusal {
    fileprivate static func nodeOfAnotherGraph(_ index: Int) -> Refusal {
        Refusal(
            .badOption,
            """
            Job \(index + 1) is to run after a node of another graph; let it run after the handle that enqueueing that \
            one answered with.
            """)
    }
}
