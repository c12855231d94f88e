/// Why there is no table for a zone.
public struct ZoneError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which kind of failure it is.
    public enum Reason: Hashable, Sendable {
        /// The name could not be that of any zone.
        case badName
        /// The machine's zone data knows no such zone.
        case unknown
        /// The machine has no zone data at all.
        case noZoneData
        /// The file of the zone cannot be read.
        case unreadable
        /// The file is not the description of a zone, or a damaged one.
        case malformed
    }

    /// Which kind of failure it is.
    public let reason: Reason
    /// What is wrong, and what to do.
    public let description: String

    init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }
}
