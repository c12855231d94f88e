public import DaybookModel

/// What the jobs came to that this one waited for.
extension JobContext {
    /// The jobs that this one waited for, in the order in which it named them.
    public var parents: [JobID] {
        var parents = notes.started.job.created.value.after.compactMap { dependency -> JobID? in
            guard case .job(let job) = dependency.parent else { return nil }
            return JobID(rawValue: job)
        }
        if let last = parents.last, (try? notes.desk.read { try $0.isCall(last.rawValue) }) == true {
            parents.removeLast()
        }
        return parents
    }

    /// What the one of this kind came to, of the jobs that this one waited for.
    ///
    ///     let pages = try context.result(of: Fetch.self)
    ///
    /// One that ended otherwise than well is a ``JobEndedBadly``, and so is one that has not ended, as when this job
    /// was requeued by a person who did not want to wait. If several are of this kind, ask by id.
    public func result<J: JobArguments>(of type: J.Type) throws -> J.Output {
        try J.outputCoding.decode(try ParentResults(self).bytes(of: J.jobName))
    }

    /// What the one of this name came to, of the jobs that this one waited for; read as JSON.
    public func result<Value: Codable & Sendable>(of name: String, as type: Value.Type = Value.self) throws -> Value {
        try JobOutputCoding<Value>.json.decode(try ParentResults(self).bytes(of: name))
    }

    /// What one of the jobs came to that this one waited for; read as JSON.
    public func result<Value: Codable & Sendable>(of id: JobID, as type: Value.Type = Value.self) throws -> Value {
        try JobOutputCoding<Value>.json.decode(try ParentResults(self).bytes(of: id))
    }

    /// What one of the jobs came to that this one waited for, as it was kept.
    public func resultBytes(of id: JobID) throws -> [UInt8] { try ParentResults(self).bytes(of: id) }

    /// What one of the jobs came to that this one waited for.
    public func result<Output>(of handle: JobHandle<Output>) throws -> Output {
        try handle.coding.decode(try ParentResults(self).bytes(of: handle.id))
    }
}
