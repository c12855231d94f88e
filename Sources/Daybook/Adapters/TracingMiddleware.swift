#if TracingSupport
    internal import DaybookModel
    public import Tracing

    /// A span around each enqueue and each run. The trace travels with the job, in its metadata, so that a run belongs
    /// to the trace of whoever enqueued it, and so do the jobs that it enqueues.
    ///
    ///     options.middleware = [TracingMiddleware()]
    public struct TracingMiddleware: JobMiddleware {
        private let tracer: any Tracer

        /// Spans of `tracer`; unless another is given, the one that the program was set up with.
        public init(tracer: any Tracer = InstrumentationSystem.tracer) {
            self.tracer = tracer
        }

        /// A span around the enqueueing; its context goes into the jobs' metadata.
        public func enqueue(
            _ jobs: [JobDraft], next: ([JobDraft]) async throws -> [EnqueuedJob]
        ) async throws -> [EnqueuedJob] {
            let name = jobs.count == 1 ? "enqueue \(jobs[0].name)" : "enqueue \(jobs.count) jobs"
            return try await tracer.withSpan(name, ofKind: .producer) { span in
                var jobs = jobs
                for index in jobs.indices { tracer.inject(span.context, into: &jobs[index].metadata, using: Carrier()) }
                let enqueued = try await next(jobs)
                if let first = enqueued.first { span.attributes["job.id"] = "\(first.id)" }
                return enqueued
            }
        }

        /// A span around the run, in the trace that its metadata names.
        public func run(_ job: JobContext, next: () async throws -> Void) async throws {
            var context = ServiceContext.topLevel
            tracer.extract(job.metadata, into: &context, using: Carrier())
            try await tracer.withSpan("run \(job.name)", context: context, ofKind: .consumer) { span in
                span.attributes["job.id"] = "\(job.id)"
                span.attributes["job.queue"] = "\(job.queue)"
                span.attributes["job.attempt"] = job.attempt
                try await next()
            }
        }

        private struct Carrier: Injector, Extractor {
            func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
                // What could not be enqueued is left out: a trace is not worth a job.
                if Name.isValid(key) { carrier[key] = value }
            }

            func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
        }
    }
#endif
