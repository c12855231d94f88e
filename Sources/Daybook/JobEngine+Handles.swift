internal import DaybookLog
public import DaybookModel

/// Jobs by their ids, to be asked about from any process.
extension JobEngine {
    /// A job that is in the log, by its id.
    ///
    ///     let words = try await engine.handle(for: id, of: CountWords.self).result()
    ///
    /// Refused if there is no such job, and if it is not of that type.
    public func handle<J: JobArguments>(for id: JobID, of type: J.Type) throws -> JobHandle<J.Output> {
        guard let job = try job(id) else { throw Refusal.noSuchJob(id.rawValue) }
        guard job.name == J.jobName else { throw Refusal.other(job, than: J.jobName) }
        return handle(for: EnqueuedJob(id: id, event: id.rawValue, wasThere: true), J.outputCoding)
    }

    /// A job that is in the log, by its id; its result is bytes.
    public func handle(for id: JobID) throws -> JobHandle<[UInt8]> {
        guard try job(id) != nil else { throw Refusal.noSuchJob(id.rawValue) }
        return handle(for: EnqueuedJob(id: id, event: id.rawValue, wasThere: true), .bytes)
    }

    /// The handle of what was enqueued as a job of that type. One that was there already may be of another.
    func handle<J: JobArguments>(for job: EnqueuedJob, of type: J.Type) throws -> JobHandle<J.Output> {
        if job.wasThere, let found = try self.job(job.id), found.name != J.jobName {
            throw Refusal.other(found, than: J.jobName)
        }
        return handle(for: job, J.outputCoding)
    }

    func handle<Output>(for job: EnqueuedJob, _ coding: JobOutputCoding<Output>) -> JobHandle<Output> {
        JobHandle(id: job.id, event: job.event, wasThere: job.wasThere, engine: self, coding: coding)
    }
}

extension Refusal {
    fileprivate static func other(_ job: JobSummary, than name: String) -> Refusal {
        Refusal(.alreadyThere, "Job \(job.id) is \(job.name) and not \(name); ask for it as what it is.")
    }
}
