/// A job's identity: the sequence number of the event that created it, so ids sort by age and say where to look in the log.
public struct JobID: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: SequenceNumber

    public init(rawValue: SequenceNumber) {
        self.rawValue = rawValue
    }

    public var description: String { String(rawValue) }

    public static func < (left: JobID, right: JobID) -> Bool {
        left.rawValue < right.rawValue
    }
}
