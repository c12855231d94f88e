internal import DaybookModel

/// Some whole commits as an export tells them, checked as far as that can be done without a store.
final class ExportedCommits {
    struct Event {
        let value: Range<Int>
        let payloadCount: Int
        let line: UInt64
    }

    struct Commit {
        /// How many of the events there are up to its end.
        let end: Int
        let seal: Seal
    }

    private(set) var first: SequenceNumber = 1
    private(set) var events: [Event] = []
    private(set) var commits: [Commit] = []
    private var values = ByteBuffer(capacity: 1 << 16)

    var byteCount: Int { values.count }

    /// The value of the event at `index`, from its version on and without a seal.
    func value(_ index: Int) -> UnsafeRawBufferPointer { values.bytes(events[index].value) }

    func events(ofCommit index: Int) -> Range<Int> {
        (index == 0 ? 0 : commits[index - 1].end)..<commits[index].end
    }

    func restart(at first: SequenceNumber) {
        self.first = first
        events.removeAll(keepingCapacity: true)
        commits.removeAll(keepingCapacity: true)
        values.cut(to: 0)
    }

    func add(_ value: UnsafeRawBufferPointer, payloadCount: Int, line: UInt64) {
        let start = values.count
        values.append(value)
        events.append(Event(value: start..<values.count, payloadCount: payloadCount, line: line))
    }

    func endCommit(_ seal: Seal) {
        commits.append(Commit(end: events.count, seal: seal))
    }
}
