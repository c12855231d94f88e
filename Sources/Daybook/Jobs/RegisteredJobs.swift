internal import DaybookLog
package import DaybookModel

/// A job that some process here can run.
package struct RegisteredJob: Sendable {
    package let name: String
    /// What its type gives as an example; nil where it has none, or is not known here.
    package let example: [UInt8]?
    package let secretFields: [String]
    /// Where jobs of it wait unless somebody says otherwise.
    package let queue: String
}

extension JobEngine {
    /// The jobs that this process and others that are alive say they can run, by name.
    package func registeredJobs() throws -> [RegisteredJob] {
        var names = Set(registry.names)
        try read { log in
            try RowKey.number(0).withBytes { start in
                try log.scan(.processes, from: start) { _, value in
                    guard let record = ProcessRecord(value), record.standing.isAlive else { return true }
                    for text in record.runs.texts where text != "*" { names.insert(String(text.prefix { $0 != "@" })) }
                    return true
                }
            }
        }
        return names.sorted().map(registeredJob)
    }

    package func registeredJob(_ name: String) -> RegisteredJob {
        let type = registry.types[name]
        var job = Created(name: name, queue: "default", attempts: 1, salt: 0, arguments: [])
        for option in type?.defaults ?? [] { option.change(&job, .epoch) }
        return RegisteredJob(
            name: name, example: type?.example, secretFields: type?.secretFields ?? [], queue: job.queue)
    }

    /// The newest job of a name, if one is found soon: what arguments look like where no type says it.
    package func newestJob(of name: String) throws -> Box<Created>? {
        let page = try JobWalk(storage, JobFilter(name: name)).page(below: nil, limit: 1, rowsMax: 20_000)
        return try page.jobs.first.flatMap { try storage.creation(of: $0.id.rawValue) }
    }
}
