/// What decisions need to know of one job, in a row of fixed size. All else stands in the job's events.
package struct JobRecord: Equatable, Sendable {
    package var state: JobState
    package var waitsFor: WaitReason = .nothing
    /// How often a process died while running this job.
    package var deaths: UInt8 = 0
    package var flags: Flags = []
    /// Runs counted so far.
    package var attempt: UInt16 = 0
    package var attempts: UInt16
    package var priority: Int16 = 0
    package var queue: UInt32
    package var name: UInt32
    /// Which form its arguments have, from 1.
    package var version: UInt16 = 1
    /// The retry rules' number among the names; 0 for the default.
    package var retry: UInt32 = 0
    /// The job's latest event.
    package var last: SequenceNumber
    /// The claim in force while processing.
    package var token: SequenceNumber = 0
    package var process: SequenceNumber = 0
    /// Its place in the queue: the event that made it ready, or by which its limit let it through.
    package var position: SequenceNumber = 0
    package var due: Instant = Instant(microseconds: 0)
    package var since: Instant
    package var expires: Instant = Instant(microseconds: .max)
    package var created: Instant

    /// Why a scheduled job is not ready.
    package enum WaitReason: UInt8, Sendable {
        case nothing = 0
        case delay = 1
        case retry = 2
        case snooze = 3
        case rescheduled = 4
        /// Ready, but that a limit is full.
        case limit = 5
    }

    /// Twelve of them: the upper four stand beside why the job waits.
    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }
        /// A unique key stands in `keys` for this job.
        package static let hasKey = Flags(rawValue: 1)
        package static let hasRequestID = Flags(rawValue: 2)
        /// Others wait for this job, or did.
        package static let hasChildren = Flags(rawValue: 4)
        /// A row stands in `conditions` for this job.
        package static let hasConditions = Flags(rawValue: 8)
        /// It belongs to a batch; `members` says to which.
        package static let inBatch = Flags(rawValue: 16)
        /// A row stands in `steps` for this job.
        package static let hasSteps = Flags(rawValue: 64)
        /// Its recurring job waits for its end, or counts it at least.
        package static let isCounted = Flags(rawValue: 128)
        /// Its unique key holds only while it waits, not while it runs.
        static let holdsKeyWhileWaiting = Flags(rawValue: 256)
        /// Its arguments were replaced, and a row in `keys` says by which event.
        package static let isReplaced = Flags(rawValue: 512)
        /// A row stands in `jobLimits` for this job.
        package static let isLimited = Flags(rawValue: 1024)
        /// The event that created it lies in an archive; a row in `archives` says which one carries it on.
        package static let isCarried = Flags(rawValue: 2048)
    }

    package init(
        state: JobState, attempts: UInt16, queue: UInt32, name: UInt32, last: SequenceNumber, since: Instant,
        created: Instant
    ) {
        self.state = state
        self.attempts = attempts
        self.queue = queue
        self.name = name
        self.last = last
        self.since = since
        self.created = created
    }
}

extension JobRecord {
    package static let byteCount = 88

    package func write(to bytes: UnsafeMutableRawBufferPointer) {
        func store<T: FixedWidthInteger>(_ value: T, at offset: Int) {
            bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
        }
        store(state.rawValue, at: 0)
        store(waitsFor.rawValue | UInt8(truncatingIfNeeded: flags.rawValue >> 8) << 4, at: 1)
        store(deaths, at: 2)
        store(UInt8(truncatingIfNeeded: flags.rawValue), at: 3)
        store(attempt, at: 4)
        store(attempts, at: 6)
        store(priority, at: 8)
        store(version - 1, at: 10)
        store(queue, at: 12)
        store(name, at: 16)
        store(retry, at: 20)
        store(last, at: 24)
        store(token, at: 32)
        store(process, at: 40)
        store(position, at: 48)
        store(due.microseconds, at: 56)
        store(since.microseconds, at: 64)
        store(expires.microseconds, at: 72)
        store(created.microseconds, at: 80)
    }

    /// `nil` if the bytes are no job record: the row is damaged, or a later release wrote it.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        func load<T: FixedWidthInteger>(_ offset: Int, as type: T.Type = T.self) -> T {
            T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
        }
        let wait: UInt8 = bytes.count == JobRecord.byteCount ? load(1) : 0
        guard bytes.count == JobRecord.byteCount, let state = JobState(rawValue: load(0)),
            let waitsFor = WaitReason(rawValue: wait & 0xF)
        else { return nil }
        self.init(
            state: state, attempts: load(6), queue: load(12), name: load(16), last: load(24),
            since: Instant(microseconds: load(64)), created: Instant(microseconds: load(80)))
        self.waitsFor = waitsFor
        deaths = load(2)
        flags = Flags(rawValue: UInt16(load(3, as: UInt8.self)) | UInt16(wait >> 4) << 8)
        attempt = load(4)
        priority = load(8)
        version = min(load(10), .max - 1) + 1
        retry = load(20)
        token = load(32)
        process = load(40)
        position = load(48)
        due = Instant(microseconds: load(56))
        expires = Instant(microseconds: load(72))
    }

    package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withUnsafeTemporaryAllocation(byteCount: JobRecord.byteCount, alignment: 8) { scratch in
            write(to: scratch)
            return try body(UnsafeRawBufferPointer(scratch))
        }
    }
}
