/// Unique keys and request ids. Random keys cost a page each to touch, so only jobs that have one come here.
package enum KeyBook {
    package enum Kind: UInt8, Sendable {
        /// Holds while the job is unfinished.
        case unique = 1
        /// Holds for as long as the job's record does: the answer to "did you get my request?".
        case request = 2
    }

    package static func job(_ kind: Kind, _ text: String, in ledgers: any Ledgers) throws -> SequenceNumber? {
        try withKey(kind, text) { key in
            try ledgers.read(.keys, key) { SequenceNumber(littleEndian: $0.loadUnaligned(as: SequenceNumber.self)) }
        }
    }

    /// Makes the key lead to the job, and lets the job find its key again. `holder` is the job that it leads to now.
    static func take(
        _ kind: Kind, _ text: String, job: SequenceNumber, from holder: SequenceNumber? = nil, in ledgers: any Ledgers
    ) throws {
        try hold(kind, text, job: job, from: holder, in: ledgers)
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

    /// Makes the key lead to the job again, as when a finished job is taken up once more.
    static func hold(
        _ kind: Kind, _ text: String, job: SequenceNumber, from holder: SequenceNumber? = nil, in ledgers: any Ledgers
    ) throws {
        try withKey(kind, text) { key in
            try withUnsafeBytes(of: job.littleEndian) { value in
                guard let holder else { return try ledgers.put(.keys, key, value, replacing: nil) }
                try withUnsafeBytes(of: holder.littleEndian) { try ledgers.put(.keys, key, value, replacing: $0) }
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

    private static func withKey<R>(_ kind: Kind, _ text: String, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows
        -> R
    {
        var bytes: [UInt8] = [kind.rawValue]
        bytes.append(contentsOf: text.utf8)
        return try bytes.withUnsafeBytes(body)
    }
}
