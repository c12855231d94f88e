internal import DaybookLog
public import DaybookModel

/// How jobs stand and what they came to.
extension JobEngine {
    /// Where a job stands now; nil if there is none, or none any more.
    public func state(of id: JobID) throws -> JobState? {
        try read { log in
            var books = Books()
            return try books.job(id.rawValue, in: log)?.state
        }
    }

    /// What a job came to, in bytes, as soon as it has succeeded.
    func resultBytes(of id: JobID) async throws -> [UInt8] {
        while true {
            // The ticket first, the look second: an end between the two is not missed.
            let ticket = try watch.ticket(forEndOf: id.rawValue)
            if let outcome = try read({ try JobEnd.find(id, in: $0) }) {
                ticket.fire(true)
                return try outcome.get()
            }
            guard try await ticket.wait() else {
                throw LogError(.unusable, "The engine was closed before job \(id) came to its end.")
            }
        }
    }
}
