package import DaybookModel

/// What a job's next run gets, which may have been replaced since the job was created, and what of it nobody is shown.
package struct GivenArguments: Sendable {
    package let latest: [UInt8]
    /// Why they cannot be read, if that is so.
    package let closed: ClosedPayload?
    /// Nil for a job without secrets. They are those of all arguments that it ever had: what is shown of its runs may
    /// quote any of them.
    package let secrets: Secrets?

    /// `replacements` stand in the order in which they came.
    package init(_ created: Created, _ replacements: [Replaced], closed: ClosedPayload? = nil) {
        self.closed = closed
        latest = replacements.last?.arguments ?? created.arguments
        secrets = Secrets(
            created.secret + replacements.flatMap(\.secret), arguments: created.arguments,
            others: replacements.map(\.arguments))
    }

    /// As it stands in the log now.
    package init(of job: SequenceNumber, _ created: Created, in log: any LogSnapshot) throws {
        self.init(
            created, try log.replacement(of: job).map { [$0] } ?? [], closed: try log.closedArguments(of: job))
    }

    /// The arguments as they may be shown.
    package var shown: [UInt8] { shown(latest) }

    /// Arguments, a result or statistics without what nobody is to be shown.
    package func shown(_ json: [UInt8]) -> [UInt8] { secrets?.json(json) ?? json }

    /// A text that may quote what nobody is to be shown.
    package func shown(_ text: String) -> String { secrets?.text(text) ?? text }
}

extension LogSnapshot {
    /// Why what a job's next run gets cannot be read, if that is so.
    package func closedArguments(of job: SequenceNumber) throws -> ClosedPayload? {
        if let replaced = try KeyBook.replacement(of: job, in: self), let why = try closedPayload(of: replaced) {
            return why
        }
        return try closedPayload(of: try ArchiveRows.carried(job, in: self) ?? job)
    }

    /// Why the result or the error of the latest run among some events cannot be read, if that is so.
    package func closedEnd(of events: [LoggedEvent]) throws -> ClosedPayload? {
        try events.last { $0.run != nil }.flatMap { try closedPayload(of: $0.sequence) }
    }
}
