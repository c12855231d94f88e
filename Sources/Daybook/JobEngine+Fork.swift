internal import DaybookLog
public import DaybookModel

extension JobEngine {
    /// Makes a store of its own that begins with this one's past, as of an instant or as of now: its identity is
    /// another, what steps came to stands in, keys hold as they held, and what was running is given back.
    ///
    /// It works on the thread that calls, while others go on; answers the last event that was taken over.
    @discardableResult
    public func fork(to destination: String, at instant: Instant? = nil) throws -> SequenceNumber {
        guard let folder else {
            throw LogError(.unusable, "This engine's store is not in a folder; there is nothing to fork.")
        }
        return try folder.fork(to: destination, asOf: instant.map { .instant($0) } ?? .end, program: "fork").last
    }
}
