/// A job's identity: the sequence number of the event that created it, so ids sort by age and say where to look in
/// the log.
public struct JobID: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The sequence number of the event that created the job.
    public let rawValue: SequenceNumber

    /// The job that this event created.
    public init(rawValue: SequenceNumber) {
        self.rawValue = rawValue
    }

    /// The number in digits.
    public var description: String { String(rawValue) }

    /// Older jobs come first.
    public static func < (left: JobID, right: JobID) -> Bool {
        left.rawValue < right.rawValue
    }
}
