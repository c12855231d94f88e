package import DaybookModel

extension LogSnapshot {
    /// Why there is no job of this number, for whoever asked for it.
    package func absence(of job: SequenceNumber) throws -> String {
        guard job > 0, job <= (try last),
            case .gap(let gap)? = try eventAtHand(job, { try Event($0, at: job) })?.body
        else { return "There is no job \(job); `daybook jobs list` shows those that there are." }
        return """
            There is no job \(job): that number was left out (\(gap.note)), so if it was handed out, what it named is \
            lost.
            """
    }
}
