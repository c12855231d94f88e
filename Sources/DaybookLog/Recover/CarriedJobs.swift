// Jobs whose creation lies in an archive are carried on: an event of the log has all that they were created with. If
// the archive is not there, or the page that had the creation, the job need not be lost. In the place of its creation
// stands one that is made of the event that carried it on, and all that is left of its history follows that as ever.
//
// So the events are read once before any is written, for those that carry on a job whose creation is missing. What was
// given to a job later stands in events of its own, so of several the first counts.

internal import DaybookModel

/// Creations that are missing and are known all the same.
struct CarriedJobs {
    /// By the job, the event that carried it on.
    private var carried: [SequenceNumber: (sequence: SequenceNumber, value: [UInt8])] = [:]
    private var byteCount = 0

    /// They wait in memory until their place comes; what goes beyond that is lost.
    private static let bytesMax = 512 << 20

    init() {}

    init(_ events: FoundEvents, end: SequenceNumber, _ control: CopyControl) throws {
        var events = events
        var missing = GapRanges()
        var next: SequenceNumber = 1
        while let (sequence, value) = events.next() {
            guard let head = Recovery.head(of: value, at: sequence) else { continue }
            if sequence > next { missing.add(next...sequence - 1) }
            next = sequence + 1
            if sequence % 16_384 == 0 {
                control.progress(CopyProgress(phase: .sorting, position: sequence, total: max(end, sequence)))
                try control.requireGoingOn()
            }
            guard head.kind == EventKind.carried.rawValue, carried[head.job] == nil, head.job > 1,
                missing.contains(head.job), byteCount + value.count <= CarriedJobs.bytesMax
            else { continue }
            carried[head.job] = (sequence, value)
            byteCount += value.count
        }
    }

    /// The event that is to stand in the place of a job's creation, and about how long it is; nil if none is known.
    func creation(of job: SequenceNumber) -> (event: Event, byteCount: Int)? {
        guard let (sequence, value) = carried[job],
            let event = try? value.withUnsafeBytes({ try Event($0, at: sequence) }),
            case .carried(let created) = event.body
        else { return nil }
        return (Event(time: event.time, job: job, actor: event.actor, body: .created(created)), value.count)
    }
}
