/// Unique keys and request ids. Random keys cost a page each to touch, so only jobs that have one come here.
///
/// A key that holds for a window has a second row under the window's end, and its job knows nothing of it: the window
/// outlasts the job. Each new window takes out two that are over, so that they cannot pile up.
package enum KeyBook {
    package enum Kind: UInt8, Sendable {
        /// Holds while the job is unfinished, or for a window.
        case unique = 1
        /// Holds for as long as the job's record does: the answer to "did you get my request?".
        case request = 2
        /// End of a window, job → key.
        case window = 3
        /// Job → the event that replaced its arguments last.
        case replaced = 4
    }

    /// Who has a unique key, and until when if that does not depend on the job.
    package struct Holder: Equatable, Sendable {
        package let job: SequenceNumber
        package let until: Instant?

        package init?(_ bytes: UnsafeRawBufferPointer) {
            guard bytes.count == 8 || bytes.count == 16 else { return nil }
            job = SequenceNumber(littleEndian: bytes.loadUnaligned(as: SequenceNumber.self))
            guard bytes.count == 16 else {
                until = nil
                return
            }
            until = Instant(
                microseconds: Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: Int64.self)))
        }

        init(job: SequenceNumber, until: Instant?) {
            self.job = job
            self.until = until
        }

        var encoded: [UInt8] {
            var bytes = withUnsafeBytes(of: job.littleEndian) { Array($0) }
            if let until { withUnsafeBytes(of: until.microseconds.littleEndian) { bytes.append(contentsOf: $0) } }
            return bytes
        }
    }

    package static func job(_ kind: Kind, _ text: String, in ledgers: any Ledgers) throws -> SequenceNumber? {
        try withKey(kind, text) { key in
            try ledgers.read(.keys, key) { SequenceNumber(littleEndian: $0.loadUnaligned(as: SequenceNumber.self)) }
        }
    }

    /// Who holds a unique key at that instant.
    package static func holder(_ text: String, at now: Instant, in ledgers: any Ledgers) throws -> Holder? {
        let holder = try stored(text, in: ledgers)
        if let until = holder?.until, until <= now { return nil }
        return holder
    }

    private static func stored(_ text: String, in ledgers: any Ledgers) throws -> Holder? {
        try withKey(.unique, text) { key in try ledgers.read(.keys, key) { Holder($0) } } ?? nil
    }

    /// Makes the key lead to the job, and lets the job find its key again.
    static func take(_ kind: Kind, _ text: String, job: SequenceNumber, in ledgers: any Ledgers) throws {
        try hold(kind, text, job: job, in: ledgers)
        try withJobKey(kind, job) { key in
            var text = text
            try text.withUTF8 { try ledgers.put(.keys, key, UnsafeRawBufferPointer($0), replacing: nil) }
        }
    }

    /// The key that the job was created with, whether it holds at present or not.
    package static func text(_ kind: Kind, of job: SequenceNumber, in ledgers: any Ledgers) throws -> String? {
        try withJobKey(kind, job) { key in
            try ledgers.read(.keys, key) { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// Makes the key lead to the job again, as when a finished job is taken up once more. Where a window that is over
    /// still stands, its rows go.
    static func hold(
        _ kind: Kind, _ text: String, job: SequenceNumber, until: Instant? = nil, in ledgers: any Ledgers
    ) throws {
        let old = kind == .unique ? try stored(text, in: ledgers) : nil
        if let old, let end = old.until { try removeWindow(end, old.job, text, in: ledgers) }
        try withKey(kind, text) { key in
            try Holder(job: job, until: until).encoded.withUnsafeBytes { value in
                guard let old else { return try ledgers.put(.keys, key, value, replacing: nil) }
                try old.encoded.withUnsafeBytes { try ledgers.put(.keys, key, value, replacing: $0) }
            }
        }
    }

    /// Frees the key for other jobs; the job still knows it.
    static func release(_ kind: Kind, of job: SequenceNumber, in ledgers: any Ledgers) throws {
        guard let text = try text(kind, of: job, in: ledgers), try self.job(kind, text, in: ledgers) == job else {
            return
        }
        try withKey(kind, text) { key in
            try withUnsafeBytes(of: job.littleEndian) { try ledgers.remove(.keys, key, old: $0) }
        }
    }

    /// Takes out everything about the job.
    static func forget(_ kind: Kind, of job: SequenceNumber, in ledgers: any Ledgers) throws {
        guard var text = try text(kind, of: job, in: ledgers) else { return }
        try release(kind, of: job, in: ledgers)
        try withJobKey(kind, job) { key in
            try text.withUTF8 { try ledgers.remove(.keys, key, old: UnsafeRawBufferPointer($0)) }
        }
    }

    /// Under the kind with its high bit set, the same table leads from the job to the text.
    private static func withJobKey<R>(
        _ kind: Kind, _ job: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        try withUnsafeTemporaryAllocation(byteCount: 9, alignment: 1) { scratch in
            scratch[0] = kind.rawValue | 0x80
            scratch.storeBytes(of: job.bigEndian, toByteOffset: 1, as: SequenceNumber.self)
            return try body(UnsafeRawBufferPointer(scratch))
        }
    }

    static func withKey<R>(_ kind: Kind, _ text: String, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows
        -> R
    {
        var bytes: [UInt8] = [kind.rawValue]
        bytes.append(contentsOf: text.utf8)
        return try bytes.withUnsafeBytes(body)
    }
}
